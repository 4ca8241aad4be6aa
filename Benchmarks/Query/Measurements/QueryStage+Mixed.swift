import Measuring

extension QueryStage {
    /// Two threads that read and write at once: their throughput, and how long the slowest reads take.
    func registerMixedLoad() {
        let figures: [(String, @Sendable (MixedRound) -> Double)] = [
            ("query.mixed", \.perOperation), ("query.mixedReadP999", \.readP999),
            ("query.mixedReadMax", \.readMax),
        ]
        for (name, figure) in figures {
            Measurement(
                name, .nanoseconds, size,
                [
                    Contestant("store") { [self] _ in
                        figure(try await store().run(MixedLoad(orders, operations: 20_000)))
                    },
                    Contestant("grdb") { [self] _ in
                        figure(try await grdb().run(MixedLoad(orders, operations: 20_000)))
                    },
                ]
            ).register()
        }
    }
}
