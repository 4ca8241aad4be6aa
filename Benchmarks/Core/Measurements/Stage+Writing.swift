import Measuring

extension Stage {
    /// Updates and deletes on full contestants.
    func registerWrites() {
        let work = Operations(size: size)
        Measurement(
            "core.update", .nanoseconds, size,
            [
                Contestant("store") { [self] round in
                    try await store().updateRound(
                        data, data.picks(work.points, round: round), passes: work.passes)
                },
                Contestant("dictionary") { [self] round in
                    dictionary.updateRound(
                        data, data.picks(work.points, round: round), passes: work.passes)
                },
                Contestant("grdb") { [self] round in
                    try grdb().updateRound(data, data.picks(work.pointsOfGRDB, round: round))
                },
            ]
        ).register()

        Measurement(
            "core.updateOldImages", .nanoseconds, size,
            [
                Contestant("store") { [self] round in
                    let picks = data.picks(work.points, round: round)
                    return try await store().keepingOldImages {
                        try await $0.updateRound(data, picks, passes: work.passes)
                    }
                },
                Contestant("dictionary") { [self] round in
                    dictionary.updateRound(
                        data, data.picks(work.points, round: round), passes: work.passes)
                },
            ]
        ).register()

        Measurement(
            "core.delete", .nanoseconds, size,
            [
                Contestant("store") { [self] round in
                    try await store().deleteRound(
                        data, data.picks(work.deletes, round: round), refilling: fields)
                },
                Contestant("dictionary") { [self] round in
                    dictionary.deleteRound(data, data.picks(work.deletes, round: round))
                },
                Contestant("grdb", roundsMax: 5) { [self] round in
                    try grdb().deleteRound(data, data.picks(work.pointsOfGRDB, round: round))
                },
            ]
        ).register()
    }

    /// Inserts, each round into an empty contestant.
    func registerInserts() {
        let work = Operations(size: size)
        let duration: Duration? = size == .million ? .seconds(25) : nil
        Measurement(
            "core.insert", .nanoseconds, size, duration: duration,
            [
                Contestant("store") { [self] _ in try await StoreDriver.insertRound(fields) },
                Contestant("dictionary") { [self] _ in DictionaryDriver.insertRound(data) },
                Contestant("grdb", roundsMax: work.insertRoundsOfGRDB) { [self] _ in
                    try GRDBDriver.insertRound(data)
                },
            ]
        ).register()
    }
}
