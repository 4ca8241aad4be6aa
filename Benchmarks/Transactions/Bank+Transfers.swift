import Measuring
import StoreTransactions

// The loops are written out: a closure around an `await` would be timed with it.
extension Bank {
    /// Nanoseconds per transfer of one task, a transaction each.
    func transferRound() async throws -> Double {
        let transfers = accounts.transfers
        let start = Stopwatch.now()
        for transfer in transfers {
            try await store.transaction { tx in
                try transfer.move(from: tx[payers], to: tx[payees])
            }
        }
        let time = Stopwatch.now() - start
        try check()
        return Double(time) / Double(transfers.count)
    }

    /// The same while nobody else can write: each holds up all writers, and remembers nothing of what it reads.
    func writeRound() async throws -> Double {
        let transfers = accounts.transfers
        let start = Stopwatch.now()
        for transfer in transfers {
            try await store.write { tx in
                try transfer.move(from: tx[payers], to: tx[payees])
            }
        }
        let time = Stopwatch.now() - start
        try check()
        return Double(time) / Double(transfers.count)
    }
}
