import StoreReactive

/// The dashboard as text, from time to time; marked is what is not as it was the last time.
actor PlainDisplay {
    private let dashboard: Dashboard
    /// The result that each panel had the last time.
    private var shown: [Int: any Sendable] = [:]

    init(of dashboard: Dashboard) {
        self.dashboard = dashboard
    }

    /// What there is to be seen of all that has been committed.
    func text() async throws -> String {
        // The queries follow the writes in their own time. Once all is settled, each has the result of the last state.
        try await dashboard.store.settle()
        let lines = try dashboard.panels.enumerated().flatMap { place, panel in
            try newest(panel, at: place)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func newest<Part: Panel>(_ panel: Part, at place: Int) throws -> [String] {
        guard let update = panel.live.latest else { return [] }
        if let error = update.error { throw error }
        let previous = shown.updateValue(update.value, forKey: place) as? Part.Result
        return panel.heading + (try panel.lines(of: update.value, after: previous))
    }
}
