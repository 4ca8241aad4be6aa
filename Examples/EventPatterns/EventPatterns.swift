/// Shows what handlers of events are good for: one section a pattern, each with a store of its own.
///
///     swift run -c release eventPatterns
@main
struct EventPatterns {
    static func main() async throws {
        let sections: [(title: String, show: @Sendable () async throws -> Void)] = [
            ("Audit log", AuditLog.show),
            ("State-change notifications", StatusNotifications.show),
            ("Cascading deletes", CascadingDeletes.show),
            ("Change counter", ChangeCounter.show),
            ("Batches", BatchedAuditLog.show),
            ("Handlers that fail", Receipts.show),
            ("Derived data", CustomerFigures.show),
            ("All together", AllTogether.show),
            ("Low stock", StockAlerts.show),
        ]
        print("Event patterns")
        for (number, section) in sections.enumerated() {
            print("\n\(number + 1). \(section.title)")
            try await section.show()
        }
    }
}
