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

    /// Eight tasks, whose transactions come between each other's.
    func registerContention() {
        Measurement(
            "transactions.contended8", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await store().contend(tasks: 8).time },
                Contestant("write") { [self] _ in
                    try await store().contendedWrites(tasks: 8).time
                },
                Contestant("alone") { [self] _ in try await store().contend(tasks: 1).time },
            ]
        ).register()
        Measurement(
            "transactions.contended8.yielding", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    try await store().contend(tasks: 8, yielding: true).time
                },
                Contestant("alone") { [self] _ in
                    try await store().contend(tasks: 1, yielding: true).time
                },
            ]
        ).register()
        registerAttempts("transactions.contended8.attempts", yielding: false)
        registerAttempts("transactions.contended8.yielding.attempts", yielding: true)
    }

    /// How often the body runs for a transaction that is committed.
    private func registerAttempts(_ name: String, yielding: Bool) {
        Measurement(
            name, .times, size,
            [
                Contestant("store") { [self] _ in
                    try await store().contend(tasks: 8, yielding: yielding).attempts
                }
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
