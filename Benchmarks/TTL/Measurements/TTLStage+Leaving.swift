import Measuring

extension TTLStage {
    /// A hundredth of the records has fallen due, and is purged.
    func registerPurge() {
        Measurement(
            "ttl.purgePerRecord", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await overdue().round() },
                Contestant("delete") { [self] _ in try await overdue().deleteRound() },
            ]
        ).register()
    }

    /// The longest that a writer waits while everything is purged.
    func registerStall() {
        Measurement(
            "ttl.purgeStall", .nanoseconds, size, warmUps: 0,
            [
                Contestant("store", roundsMax: 3) { [self] _ in try await Stall.round(guests) },
                Contestant("undisturbed", roundsMax: 3) { _ in try await Stall.undisturbedRound() },
            ]
        ).register()
    }

    /// What a cache of a bucket with a limit finds, beside one that drops exactly what was used longest ago.
    ///
    /// The trace and what the sides do with it are the same in every round: there is one.
    func registerHitRatio() {
        Measurement(
            "ttl.hitRatio", .percent, size, warmUps: 0,
            [
                Contestant("store", roundsMax: 1) { [self] _ in
                    try await HitRatio.bucket(trace, .leastRecentlyUsed)
                },
                Contestant("exactLRU", roundsMax: 1) { [self] _ in HitRatio.exact(trace) },
                Contestant("oldest", roundsMax: 1) { [self] _ in
                    try await HitRatio.bucket(trace, .oldest)
                },
            ]
        ).register()
    }
}
