import StoreCore
import StoreTesting
import StoreTransactions
import Synchronization
import Testing

/// Transactions that have been in conflict about the same records.
@Suite struct `Transactions that want the same records` {
    /// Counts the runs of bodies.
    private final class Runs: Sendable {
        private let number = Atomic<Int>(0)
        @discardableResult
        func next() -> Int { number.add(1, ordering: .relaxed).newValue }
        var count: Int { number.load(ordering: .relaxed) }
    }

    /// A transaction that is in conflict about `key` in its first run, and stays at `gate` in every later one.
    private func contender(
        _ ledger: Ledger, _ key: String, _ gate: Gate, timeout: Duration? = nil,
        _ runs: Runs = Runs(), journal: Journal? = nil, name: String = ""
    ) -> Task<Void, any Error> {
        Task {
            try await ledger.store.transaction(retry: .upTo(9), timeout: timeout) { tx in
                let accounts = try tx[ledger.accounts]
                let balance = try accounts.get(key)?["balance"].int64 ?? 0
                if runs.next() == 1 {
                    try await meanwhile { try await ledger.accounts.increment(key, "balance") }
                } else {
                    await gate.pass()
                }
                try accounts.update(key, ["balance": .integer(balance + 100)])
                tx.onCommit { _ in journal?.note(name) }
            }
        }
    }

    private func waiting(_ ledger: Ledger, _ count: Int64) async {
        await eventually { (try? ledger.figure("waiting")) == count }
    }

    @Test(arguments: [5, 100]) func `run twice on average at most, however many they are`(
        retriesMax: Int
    ) async throws {
        let (tasks, rounds) = (32, 20)
        let ledger = try await Ledger.filled("a")
        let runs = Runs()
        try await withThrowingTaskGroup { group in
            for task in 0..<tasks {
                group.addTask {
                    for _ in 0..<rounds {
                        try await ledger.store.transaction(retry: .upTo(retriesMax)) { tx in
                            runs.next()
                            let accounts = try tx[Account.self]
                            let amount = task.isMultiple(of: 2) ? 1 : -1
                            try accounts.update("a") { $0.balance += amount }
                            await Task.yield()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        // A commit makes one first run come to nothing for each that is under way, and of those in the queue, which run
        // one by one, a single one. A transaction that commits in its first run has none of its own to add.
        #expect(runs.count <= 2 * tasks * rounds)
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.figure("committed") == Int64(tasks * rounds))
        #expect(try ledger.figure("waiting") == 0)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `run one by one, those first that came first`() async throws {
        let ledger = try await Ledger.filled("a")
        let (gate, journal) = (Gate(), Journal())
        let first = contender(ledger, "a", gate, journal: journal, name: "1")
        await gate.isReached()
        var others: [Task<Void, any Error>] = []
        for name in ["2", "3", "4"] {
            others.append(contender(ledger, "a", gate, journal: journal, name: name))
            await waiting(ledger, Int64(others.count))
        }
        await gate.open()
        for task in [first] + others { try await task.value }
        #expect(journal.lines == ["1", "2", "3", "4"])
        #expect(try ledger.balance("a") == 10 + 4 * 101)
    }

    @Test func `keep nobody waiting who writes others`() async throws {
        let ledger = try await Ledger.filled("ab")
        let (gate, open) = (Gate(), Gate())
        await open.open()
        let holder = contender(ledger, "a", gate)
        await gate.isReached()
        let second = contender(ledger, "a", gate)
        await waiting(ledger, 1)
        // In conflict itself, about another record.
        try await contender(ledger, "b", open).value
        try await ledger.accounts.increment("b", "balance")
        try await ledger.store.write { tx in
            try tx.bucket("accounts").increment("b", "balance")
        }
        // Who is in no conflict does not wait even for the same record.
        try await ledger.store.transaction { try $0[ledger.accounts].increment("a", "balance") }
        #expect(try ledger.figure("waiting") == 1)
        #expect(try ledger.balance("b") == 20 + 101 + 2)
        await gate.open()
        try await holder.value
        try await second.value
        #expect(try ledger.balance("a") == 10 + 2 * 101 + 1)
    }

    @Test func `queue for a query's result, too`() async throws {
        let ledger = try await Ledger.filled("a")
        let gate = Gate()
        let total = { @Sendable (runs: Runs, key: String) in
            try await ledger.store.transaction(retry: .upTo(5)) { tx in
                let accounts = try tx[ledger.accounts]
                let count = try accounts.where(.field("owner") == "Ann").count()
                if runs.next() == 1 {
                    try await meanwhile {
                        let account = Ledger.account(key + "1", 10, owner: "Ann")
                        try await ledger.accounts.insert(account)
                    }
                } else {
                    await gate.pass()
                }
                try accounts.insert(Ledger.account(key, count))
            }
        }
        let first = Task { try await total(Runs(), "x") }
        await gate.isReached()
        let second = Task { try await total(Runs(), "y") }
        await waiting(ledger, 1)
        await gate.open()
        try await first.value
        try await second.value
        #expect(try ledger.keys.count == 5)
    }

    @Test func `wait no longer than they may take`() async throws {
        let ledger = try await Ledger.filled("a")
        let gate = Gate()
        let holder = contender(ledger, "a", gate)
        await gate.isReached()
        let late = contender(ledger, "a", gate, timeout: .seconds(5))
        await waiting(ledger, 1)
        await eventually { ledger.clock.sleeperCount > 0 }
        ledger.clock.advance(by: .seconds(5))
        await #expect(throws: TransactionTimeoutError.self) { try await late.value }
        #expect(try ledger.figure("timeouts") == 1)
        #expect(try ledger.figure("waiting") == 0)
        await gate.open()
        try await holder.value
    }

    @Test func `can be cancelled while they wait`() async throws {
        let ledger = try await Ledger.filled("a")
        let gate = Gate()
        let holder = contender(ledger, "a", gate)
        await gate.isReached()
        let cancelled = contender(ledger, "a", gate)
        await waiting(ledger, 1)
        let next = contender(ledger, "a", gate)
        await waiting(ledger, 2)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        await gate.open()
        try await holder.value
        try await next.value
        #expect(try ledger.figure("waiting") == 0)
    }

    @Test func `do not wait for a body whose time is over`() async throws {
        let ledger = try await Ledger.filled("a")
        let (hanging, open) = (Gate(), Gate())
        await open.open()
        let late = contender(ledger, "a", hanging, timeout: .seconds(5))
        await hanging.isReached()
        let next = contender(ledger, "a", open)
        await waiting(ledger, 1)
        await eventually { ledger.clock.sleeperCount > 0 }
        ledger.clock.advance(by: .seconds(5))
        try await next.value
        await hanging.open()
        await #expect(throws: TransactionTimeoutError.self) { try await late.value }
    }

    @Test func `end with the store`() async throws {
        let ledger = try await Ledger.filled("a")
        let gate = Gate()
        let holder = contender(ledger, "a", gate)
        await gate.isReached()
        let waiter = contender(ledger, "a", gate)
        await waiting(ledger, 1)
        await ledger.store.stop()
        await #expect(throws: StoreError(.stopped)) { try await waiter.value }
        await gate.open()
        await #expect(throws: StoreError(.stopped)) { try await holder.value }
    }

    @Test func `run handlers while nobody waits for them`() async throws {
        let ledger = try await Ledger.filled("a")
        let (gate, open) = (Gate(), Gate())
        await open.open()
        let runs = Runs()
        let holder = Task {
            try await ledger.store.transaction(retry: .upTo(9), timeout: nil) { tx in
                let run = runs.next()
                let balance = try tx[ledger.accounts].get("a")?["balance"].int64 ?? 0
                tx.onRollback { if run == 2 { await gate.pass() } }
                if run <= 2 {
                    try await meanwhile { try await ledger.accounts.increment("a", "balance") }
                }
                try tx[ledger.accounts].update("a", ["balance": .integer(balance + 100)])
            }
        }
        await gate.isReached()
        try await contender(ledger, "a", open).value
        await gate.open()
        try await holder.value
        #expect(try ledger.balance("a") == 10 + 2 + 100 + 101)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `never wait for each other, crosswise or within another store's`(seed: UInt64) async throws
    {
        let (one, other) = (try await Ledger.filled("abcd"), try await Ledger.filled("abcd"))
        try await withThrowingTaskGroup { group in
            for task in 0..<16 {
                group.addTask {
                    var random = SeededRandom(seed &* 1_000 &+ UInt64(task))
                    for _ in 0..<20 {
                        let keys = ["a", "b", "c", "d"].shuffled(using: &random).prefix(3)
                        let (outer, inner) = random.next() & 1 == 0 ? (one, other) : (other, one)
                        let nests = random.next() & 3 == 0
                        try await outer.store.transaction(retry: .upTo(50), timeout: nil) { tx in
                            for key in keys {
                                try tx[outer.typed].update(key) { $0.balance += 1 }
                                await Task.yield()
                            }
                            guard nests else { return }
                            try await inner.store.transaction(retry: .upTo(50), timeout: nil) {
                                _ = try $0[inner.accounts].get("a")
                                await Task.yield()
                                try $0[inner.accounts].increment("d", "balance", by: 0)
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let sums = (try one.accounts.sum("balance").int64, try other.accounts.sum("balance").int64)
        let total = (sums.0 ?? 0) + (sums.1 ?? 0)
        #expect(total == 1_160)
        #expect(try one.held == [0, 0])
        #expect(try one.figure("waiting") == 0 && other.figure("waiting") == 0)
    }
}
