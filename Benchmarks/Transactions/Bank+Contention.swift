import Measuring
import StoreTransactions

/// Many tasks that move money among the same few accounts.
extension Bank {
    static let tasks = 8
    private static let retriesMax = 20

    /// Nanoseconds by the clock per transaction that has been committed.
    func contendedRound() async throws -> Double {
        try await together { [self] transfer in
            try await store.transaction(retry: .upTo(Bank.retriesMax)) { tx in
                try transfer.move(from: tx[payers], to: tx[payers])
            }
        }
    }

    /// The same transfers, each while nobody else can write.
    func contendedWriteRound() async throws -> Double {
        try await together { [self] transfer in
            try await store.write { tx in
                try transfer.move(from: tx[payers], to: tx[payers])
            }
        }
    }

    /// The same transactions by one task.
    func aloneRound() async throws -> Double {
        let transfers = accounts.hotTransfers
        let start = Stopwatch.now()
        for transfer in transfers {
            try await store.transaction { tx in
                try transfer.move(from: tx[payers], to: tx[payers])
            }
        }
        let time = Stopwatch.now() - start
        try check()
        return Double(time) / Double(transfers.count)
    }

    /// Runs the transfers on all cores, an eighth of them in each of eight tasks.
    private func together(
        _ move: @escaping @Sendable (Transfer) async throws -> Void
    ) async throws -> Double {
        let transfers = accounts.hotTransfers
        let share = transfers.count / Bank.tasks
        let threads = WriterThread(count: WriterThread.cores)
        defer { threads.end() }
        let start = Stopwatch.now()
        try await withThrowingTaskGroup { group in
            for task in 0..<Bank.tasks {
                group.addTask(executorPreference: threads) {
                    for transfer in transfers[task * share..<(task + 1) * share] {
                        try await move(transfer)
                    }
                }
            }
            try await group.waitForAll()
        }
        let time = Stopwatch.now() - start
        try check()
        return Double(time) / Double(share * Bank.tasks)
    }
}
