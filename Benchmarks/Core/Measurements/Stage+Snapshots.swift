import Measuring

extension Stage {
    /// Taking a snapshot, the first write after one, and letting go of one.
    func registerSnapshots() {
        let work = Operations(size: size)
        Measurement(
            "core.snapshot", .nanoseconds, size,
            [
                Contestant("store") { [self] round in
                    try await store().snapshotRound(data, data.picks(work.snapshots, round: round))
                },
                Contestant("dictionary") { [self] round in
                    dictionary.snapshotRound(data, data.picks(work.snapshots, round: round))
                },
            ]
        ).register()

        Measurement(
            "core.firstWriteAfterSnapshot", .nanoseconds, size,
            [
                Contestant("store") { [self] round in
                    try await store().firstWriteRound(
                        data, data.picks(work.snapshots, round: round))
                },
                Contestant("dictionary", roundsMax: 3) { [self] round in
                    dictionary.firstWriteRound(data, data.picks(work.copies, round: round))
                },
            ]
        ).register()

        Measurement(
            "core.dropSnapshot", .nanoseconds, size,
            [
                Contestant("store", roundsMax: 5) { [self] round in
                    let picks = data.picks(work.heldUpdates, round: round)
                    return try await store().dropRound(data, picks, refilling: fields)
                },
                Contestant("dictionary", roundsMax: 5) { [self] _ in dictionary.dropRound(data) },
            ]
        ).register()

        Measurement(
            "core.dropOldestSnapshot", .nanoseconds, size,
            [
                Contestant("store", roundsMax: 5) { [self] round in
                    let picks = data.picks(work.heldSnapshots, round: round)
                    return try await store().dropOldestRound(data, picks)
                }
            ]
        ).register()
    }

    /// Two threads against one.
    func registerThreads() {
        let passes = max(1, 500_000 / size.count)
        Measurement(
            "core.readScaling2", .times, size,
            [
                Contestant("store") { [self] _ in
                    try await store().snapshotScaling(data, passes: passes)
                },
                Contestant("dictionary") { [self] _ in
                    dictionary.snapshotScaling(data, passes: passes)
                },
                Contestant("machine") { _ in Threads.ideal() },
            ]
        ).register()
        Measurement(
            "core.handleScaling2", .times, size,
            [
                Contestant("store") { [self] _ in
                    try await store().handleScaling(data, passes: passes)
                },
                Contestant("dictionary") { [self] _ in
                    dictionary.handleScaling(data, passes: passes)
                },
                Contestant("machine") { _ in Threads.ideal() },
            ]
        ).register()
    }
}
