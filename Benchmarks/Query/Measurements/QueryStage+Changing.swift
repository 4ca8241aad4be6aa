import Measuring

extension QueryStage {
    /// Adding an index while somebody writes: how long it takes, and the longest that a write takes meanwhile.
    ///
    /// `undisturbed` is the longest write in as much time without a change: what the machine itself takes away from a
    /// thread.
    func registerChanges() {
        Measurement(
            "query.addIndex", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().addIndexRound(orders).elapsed },
                Contestant("grdb") { [self] _ in try grdb().addIndexRound() },
            ]
        ).register()
        Measurement(
            "query.addIndexStall", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    try await store().addIndexRound(orders).longestWrite
                },
                Contestant("undisturbed") { [self] _ in
                    try await store().undisturbedRound(orders).longestWrite
                },
            ]
        ).register()
    }
}
