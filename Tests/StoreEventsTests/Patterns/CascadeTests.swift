import StoreCore
import StoreEvents
import Testing

@Suite struct `A cascade` {
    @Test func `deletes what belongs to a record, each by an event of its own`() async throws {
        let company = try await Company()
        company.audit()
        company.cascade()
        let bob = try await company.user("Bob", orders: 50, 120, 75)
        try await company.user("Alice", orders: 10)
        try await company.users.delete(bob.key)
        try await company.store.settle()
        #expect(try company.orders.count(where: ["userID": bob["id"]]) == 0)
        #expect(try company.orders.count() == 1)
        let deletions = try company.auditLog.where(["action": "deleted"]).order(by: "id").all()
        #expect(deletions.map { $0["bucket"] } == ["users", "orders", "orders", "orders"])
    }

    @Test func `says which event has caused it`() async throws {
        let company = try await Company()
        company.cascade()
        let bob = try await company.user("Bob", orders: 50, 120)
        let events = company.store.events("bucket.orders.deleted")
        let position = company.store.position.next
        try await company.users.delete(bob.key)
        try await company.store.settle()
        events.cancel()
        var causes: [Causation?] = []
        for await event in events { causes.append(event.causation) }
        #expect(causes.map { $0?.label } == ["bucket.users.deleted", "bucket.users.deleted"])
        #expect(causes.map { $0?.position } == [position, position])
    }
}
