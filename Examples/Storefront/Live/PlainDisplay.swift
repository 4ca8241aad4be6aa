import StoreReactive

/// The dashboard as text, from time to time; marked is what is not as it was the last time.
struct PlainDisplay {
    private let dashboard: Dashboard
    private let parts: [() throws -> [String]]

    init(of dashboard: Dashboard) {
        self.dashboard = dashboard
        parts = dashboard.panels.map { $0.printer() }
    }

    /// What there is to be seen of all that has been committed.
    func text() async throws -> String {
        // The queries follow the writes in their own time. Once all is settled, each has the result of the last state.
        try await dashboard.store.settle()
        return try parts.flatMap { try $0() }.joined(separator: "\n") + "\n"
    }
}

extension Panel {
    /// Gives the lines of the newest result, marked by comparison to those that it gave before.
    fileprivate func printer() -> () throws -> [String] {
        var previous: Result?
        return {
            guard let update = live.latest else { return [] }
            if let error = update.error { throw error }
            defer { previous = update.value }
            return (title.map { ["", $0] } ?? [])
                + (try lines(of: update.value, after: previous))
        }
    }
}
