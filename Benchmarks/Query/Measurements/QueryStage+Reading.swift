import Measuring

extension QueryStage {
    /// The first 50 of a range of an index, in the index's order.
    func registerRanges() {
        Measurement(
            "query.rangeOrderLimit", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    try await store().rangeRound(orders.ranges(2_000))
                },
                Contestant("grdb") { [self] _ in try grdb().rangeRound(orders.ranges(500)) },
            ]
        ).register()
    }

    /// The records that two indexes have in common; each has a hundredth of all.
    func registerIntersections() {
        let common = size.count / Orders.variety / Orders.variety
        let queries = max(10, 20_000_000 / size.count)
        Measurement(
            "query.intersect", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    try await store().intersectRound(queries, finding: common)
                },
                Contestant("smaller") { [self] _ in
                    try await store().smallerRound(queries, finding: size.count / Orders.variety)
                },
                Contestant("grdb") { [self] _ in
                    try grdb().intersectRound(max(10, queries / 10), finding: common)
                },
            ]
        ).register()
    }

    /// The sum of each category's orders, over all orders.
    func registerGroups() {
        let queries = max(1, 500_000 / size.count)
        Measurement(
            "query.groupBy", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().groupRound(queries) },
                Contestant("grdb") { [self] _ in try grdb().groupRound(max(1, queries / 5)) },
            ]
        ).register()
    }
}
