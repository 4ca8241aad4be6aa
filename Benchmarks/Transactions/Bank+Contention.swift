import Measuring
import StoreTransactions

/// Many tasks that move money among the same few accounts.
extension Bank {
    private static let retriesMax = 20

    /// Runs the hot transfers in transactions of so many tasks.
    ///
    /// With `yielding`, each lets others go on between its reads and its updates, as a body that waits for something
    /// does: transactions of all tasks are under way at once, on however many cores.
    func contend(tasks: Int, yielding: Bool = false) async throws -> ContendedRound {
        try await together(tasks) { [self] transfer in
            try await store.transaction(retry: .upTo(Bank.retriesMax)) { tx in
                let balances = try transfer.read(from: tx[payers], to: tx[payers])
                if yielding { await Task.yield() }
                try transfer.move(balances, from: tx[payers], to: tx[payers])
                return tx.attempt
            }
        }
    }

    /// The same transfers, each while nobody else can write.
    func contendedWrites(tasks: Int) async throws -> ContendedRound {
        try await together(tasks) { [self] transfer in
            try await store.write { tx in
                try transfer.move(from: tx[payers], to: tx[payers])
                return 1
            }
        }
    }

    /// Runs the transfers on all cores, as many of them in each of the tasks; `move` returns its attempts.
    private func together(
        _ tasks: Int, _ move: @escaping @Sendable (Transfer) async throws -> Int
    ) async throws -> ContendedRound {
        let transfers = accounts.hotTransfers
        let share = transfers.count / tasks
        let threads = WriterThread(count: WriterThread.cores)
        defer { threads.end() }
        let start = Stopwatch.now()
        let attempts = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<tasks {
                group.addTask(executorPreference: threads) {
                    var attempts = 0
                    for transfer in transfers[task * share..<(task + 1) * share] {
                        attempts += try await move(transfer)
                    }
                    return attempts
                }
            }
            return try await group.reduce(0, +)
        }
        let time = Stopwatch.now() - start
        try check()
        let count = Double(share * tasks)
        return ContendedRound(time: Double(time) / count, attempts: Double(attempts) / count)
    }
}

/// How a round of transfers went.
struct ContendedRound: Sendable {
    /// Nanoseconds by the clock per transaction that has been committed.
    let time: Double
    /// Runs of the body per transaction that has been committed.
    let attempts: Double
}
