import StoreCore
import StoreReactive

/// The dashboard on a terminal: each panel in its place, drawn anew whenever its query has another result.
struct TerminalDisplay {
    private let dashboard: Dashboard
    private let screen: Screen

    init(of dashboard: Dashboard, on screen: Screen = Screen()) {
        self.dashboard = dashboard
        self.screen = screen
    }

    /// Shows the dashboard while `work` is under way.
    ///
    /// Whatever comes of the work, the terminal is left as it was found, with the last figures below.
    func show(during work: () async throws -> Void) async throws {
        await screen.open()
        var subscriptions: [Subscription] = []
        var outcome = Result<Void, any Error>.success(())
        do {
            var row = 0
            for panel in dashboard.panels {
                subscriptions.append(try await panel.draw(on: screen, from: row))
                row += panel.rows
            }
            try await work()
        } catch {
            outcome = .failure(error)
        }
        // What came last is drawn too; a store that has stopped has nothing more to show.
        try? await dashboard.store.settle()
        for subscription in subscriptions { await subscription.cancelAndWait() }
        await screen.close()
        try outcome.get()
    }
}

extension Panel {
    /// The rows of the screen that it takes.
    fileprivate var rows: Int { heading.count + height }

    /// Draws each result as it comes, until the subscription is cancelled.
    fileprivate func draw(on screen: Screen, from row: Int) async throws -> Subscription {
        try await live.subscribe { error in
            Task { await screen.put(["  \(error)"], from: row) }
        } _: { update in
            var all = heading + (try lines(of: update.value, after: update.previous))
            // A list that has become shorter leaves nothing behind.
            while all.count < rows { all.append("") }
            await screen.put(all, from: row)
        }
    }
}
