import Measuring

extension Stage {
    /// Point reads, indexed reads, scans and pages.
    func registerReads() {
        let work = Operations(size: size)
        Measurement(
            "core.get", .nanoseconds, size,
            [
                Contestant("store") { [self] round in
                    try await store().getRound(
                        data, data.picks(work.points, round: round), passes: work.passes)
                },
                Contestant("dictionary") { [self] round in
                    dictionary.getRound(
                        data, data.picks(work.points, round: round), passes: work.passes)
                },
                Contestant("grdb") { [self] round in
                    try grdb().getRound(data, data.picks(work.pointsOfGRDB, round: round))
                },
            ]
        ).register()

        Measurement(
            "core.scan", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().scanRound(data, work.scans) },
                Contestant("dictionary") { [self] _ in dictionary.scanRound(data, work.scans) },
                Contestant("grdb", roundsMax: 3) { [self] _ in try grdb().scanRound(data, 1) },
            ]
        ).register()

        Measurement(
            "core.pageMid", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().pageRound(after: cursors()) },
                Contestant("grdb") { [self] _ in
                    let step = size.count / 257
                    return try grdb().pageRound(after: (1...256).map { $0 * step })
                },
            ]
        ).register()
    }

    /// The ends of an index and the number of its entries, which must not cost more as the bucket
    /// grows.
    func registerIndexEnds() {
        let roles = (0..<1_000).map { "role\($0 * 7 % 100)" }
        Measurement(
            "core.firstByIndex", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().firstRound(roles) },
                Contestant("dictionary") { [self] _ in dictionary.firstRound(roles) },
                Contestant("grdb") { [self] _ in try grdb().firstRound(roles) },
            ]
        ).register()
        Measurement(
            "core.lastByIndex", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().lastRound(1_000) },
                Contestant("grdb") { [self] _ in try grdb().lastRound(1_000) },
            ]
        ).register()
        for (name, greatest) in [("core.minByIndex", false), ("core.maxByIndex", true)] {
            Measurement(
                name, .nanoseconds, size,
                [
                    Contestant("store") { [self] _ in
                        try await store().endRound(1_000, greatest: greatest)
                    },
                    Contestant("dictionary") { [self] _ in
                        dictionary.endRound(1_000, greatest: greatest)
                    },
                    Contestant("grdb") { [self] _ in try grdb().endRound(1_000, greatest: greatest)
                    },
                ]
            ).register()
        }
        Measurement(
            "core.countByIndex", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().countRound(roles) },
                Contestant("dictionary") { [self] _ in dictionary.countRound(roles) },
                Contestant("grdb") { [self] _ in try grdb().countRound(Array(roles.prefix(100))) },
            ]
        ).register()
    }

    /// 1 000 records by index, whatever the size: on a stage of its own, with as many roles as that
    /// takes.
    func registerWhereIndexed() {
        let work = Operations(size: size)
        Measurement(
            "core.whereIndexed1000", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().whereRound(data, work.queries)
                },
                Contestant("dictionary") { [self] _ in dictionary.whereRound(data, work.queries) },
                Contestant("grdb") { [self] _ in try grdb().whereRound(data, work.queries / 2) },
            ]
        ).register()
    }
}
