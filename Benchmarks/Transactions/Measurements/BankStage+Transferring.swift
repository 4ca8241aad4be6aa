import Measuring

extension BankStage {
    /// One task, with which nobody is in conflict.
    func registerTransfers() {
        Measurement(
            "transactions.transfer", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().transferRound() },
                Contestant("write") { [self] _ in try await store().writeRound() },
                Contestant("grdb") { [self] _ in try grdb().transferRound() },
            ]
        ).register()
    }

    /// Eight tasks, most of whose transactions are in conflict with another's.
    func registerContention() {
        Measurement(
            "transactions.contended8", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().contendedRound() },
                Contestant("write") { [self] _ in try await store().contendedWriteRound() },
                Contestant("alone") { [self] _ in try await store().aloneRound() },
            ]
        ).register()
    }

    /// Ten thousand updates in one, beside the same in ten.
    func registerBig() {
        Measurement(
            "transactions.big10k", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().bigRound() },
                Contestant("tenOf1k") { [self] _ in try await store().tenRound() },
                Contestant("write") { [self] _ in try await store().bigWriteRound() },
            ]
        ).register()
    }
}
