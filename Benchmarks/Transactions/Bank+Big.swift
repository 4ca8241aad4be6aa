import Measuring
import StoreTransactions

/// Many updates at once.
extension Bank {
    private static let updates = 10_000

    /// Nanoseconds of one transaction that updates ten thousand records.
    func bigRound() async throws -> Double { try await updating(inTransactionsOf: Bank.updates) }

    /// Nanoseconds of ten transactions, each of which updates a thousand of them.
    func tenRound() async throws -> Double {
        try await updating(inTransactionsOf: Bank.updates / 10)
    }

    private func updating(inTransactionsOf count: Int) async throws -> Double {
        let (keys, patches) = (accounts.keys, accounts.patches)
        let start = Stopwatch.now()
        for first in stride(from: 0, to: Bank.updates, by: count) {
            try await store.transaction { tx in
                let payers = try tx[payers]
                for place in first..<first + count {
                    try payers.update(keys[place], patches[place])
                }
            }
        }
        return Double(Stopwatch.now() - start)
    }

    /// Nanoseconds of one write that updates them while nobody else can write.
    func bigWriteRound() async throws -> Double {
        let (keys, patches) = (accounts.keys, accounts.patches)
        let start = Stopwatch.now()
        try await store.write { tx in
            let payers = try tx[payers]
            for place in 0..<Bank.updates { try payers.update(keys[place], patches[place]) }
        }
        return Double(Stopwatch.now() - start)
    }
}
