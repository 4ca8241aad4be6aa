import StoreCore
import StoreTesting
import StoreTransactions

/// One task of a workload: transactions one after another, as its random numbers have it.
///
/// Used by one task at a time.
final class Worker: @unchecked Sendable {
    let arena: Arena
    let isolation: TransactionIsolation
    var random: SeededRandom
    private(set) var attempts: [Attempt] = []
    /// Values that writes outside of transactions have left.
    private(set) var plainValues: Set<Int> = []
    private(set) var counts = Counts()
    private(set) var findings: [Finding] = []
    private var value: Int
    private var number = 0

    /// What has become of the calls.
    struct Counts: Sendable {
        var committed = 0
        var conflicts = 0
        var retries = 0
        var timeouts = 0
        var cancelled = 0
        var refused = 0
        var thrown = 0

        static func += (a: inout Counts, b: Counts) {
            a.committed += b.committed
            a.conflicts += b.conflicts
            a.retries += b.retries
            a.timeouts += b.timeouts
            a.cancelled += b.cancelled
            a.refused += b.refused
            a.thrown += b.thrown
        }
    }

    init(_ arena: Arena, _ isolation: TransactionIsolation, number: Int, seed: UInt64) {
        self.arena = arena
        self.isolation = isolation
        random = SeededRandom(seed &* 64 &+ UInt64(number))
        value = number * 10_000_000
    }

    /// A value that nobody else writes.
    func nextValue() -> Int {
        value += 1
        return value
    }

    func run(transactions: Int) async {
        for _ in 0..<transactions {
            switch random.below(20) {
            case 0: await writeUnderLock()
            case 1: await writePlainly()
            case 2: await transactInTaskThatIsCancelled()
            default: await transact()
            }
        }
    }

    // MARK: Transactions

    private func transact() async {
        let retry: TransactionRetry = random.once(in: 2) ? .never : .upTo(1 + random.below(4))
        let timeout: Duration? = random.once(in: 12) ? .microseconds(100 + random.below(400)) : nil
        let floor = arena.floor
        let script = Script.random(&random)
        do {
            try await arena.store.transaction(isolation: isolation, retry: retry, timeout: timeout)
            {
                try await perform(script, in: $0, floor)
            }
            counts.committed += 1
        } catch { count(error) }
    }

    private func perform(_ script: Script, in tx: Transaction, _ floor: Position) async throws {
        let attempt = Attempt(id: tx.id, floor: floor, position: tx.position, now: tx.now)
        attempts.append(attempt)
        if tx.attempt > 1 { counts.retries += 1 }
        tx.onCommit { [arena] position in
            attempt.outcome = .committed(position)
            arena.reach(position)
        }
        let desk = Desk(attempt: attempt) { [arena] in try tx[arena[$0]] }
        for action in script.actions {
            try await perform(action, desk, tx)
            if random.once(in: 2) { await Task.yield() }
        }
        if script.throwsAtEnd { throw Mishap() }
    }

    private func perform(_ action: Action, _ desk: Desk, _ tx: Transaction) async throws {
        guard action == .savepoint else { return try perform(action, desk) }
        desk.attempt.steps.append(.mark)
        do {
            // A transaction inside of another is a savepoint of it.
            if random.once(in: 3) {
                try await arena.store.transaction { try await performSome(desk, $0) }
            } else {
                try await tx.suspendingSavepoint { try await performSome(desk, tx) }
            }
            desk.attempt.steps.append(.release)
        } catch is Mishap { desk.attempt.steps.append(.rollBack) }
    }

    private func performSome(_ desk: Desk, _ tx: Transaction) async throws {
        try perform(Script.action(&random), desk)
        if random.once(in: 2) { await Task.yield() }
        if random.once(in: 3) { try performInSavepoint(desk, tx) }
        try perform(Script.action(&random), desk)
        if random.once(in: 2) { throw Mishap() }
    }

    private func performInSavepoint(_ desk: Desk, _ tx: Transaction) throws {
        desk.attempt.steps.append(.mark)
        do {
            try tx.savepoint {
                try perform(Script.action(&random), desk)
                if random.once(in: 2) { throw Mishap() }
            }
            desk.attempt.steps.append(.release)
        } catch is Mishap { desk.attempt.steps.append(.rollBack) }
    }

    private func transactInTaskThatIsCancelled() async {
        let turns = random.below(8)
        let task = Task { await self.transact() }
        for _ in 0..<turns { await Task.yield() }
        task.cancel()
        await task.value
    }

    // MARK: Other writes

    /// A write under the writer's lock is a transaction too.
    private func writeUnderLock() async {
        number += 1
        let id = "\(value)-\(number)"
        let floor = arena.floor
        let script = Script.random(&random)
        var written: Attempt?
        do {
            try await Causation(id).run {
                try await arena.store.write { context in
                    let attempt = Attempt(id: id, floor: floor, position: nil, now: context.now)
                    written = attempt
                    let desk = Desk(attempt: attempt) { [arena] in try context[arena[$0]] }
                    for action in script.actions where action != .savepoint {
                        try perform(action, desk)
                    }
                    if script.throwsAtEnd { throw Mishap() }
                }
            }
            written?.outcome = .committed(nil)
            arena.reach(arena.store.position)
            counts.committed += 1
        } catch { count(error) }
        if let written { attempts.append(written) }
    }

    private func writePlainly() async {
        let mark = nextValue()
        let things = arena[.things]
        do {
            switch random.below(4) {
            case 0:
                var sweep = WriteBatch()
                for record in try things.overdue(limit: 8) {
                    sweep.expire(record.key, from: things)
                }
                try await arena.store.commit(sweep)
            case 1: try await things.delete(random.below(Shelf.things.keys))
            case 2:
                // Whoever reads it may do so before this returns.
                plainValues.insert(mark)
                try await things.upsert(newRow(random.below(Shelf.things.keys), mark: mark).fields)
            default:
                plainValues.insert(mark)
                try await arena[.registers].update(
                    random.below(Shelf.registers.keys), ["mark": .integer(Int64(mark))])
            }
            arena.reach(arena.store.position)
        } catch { count(error) }
    }

    // MARK: Notes

    func newRow(_ key: Int, mark: Int) -> Row {
        Row(
            key: key, rank: random.below(40), weight: random.below(10), tally: 0, mark: mark)
    }

    func report(_ finding: Finding) { findings.append(finding) }

    private func count(_ error: any Error) {
        switch error {
        case is TransactionConflictError: counts.conflicts += 1
        case is TransactionTimeoutError: counts.timeouts += 1
        case is CancellationError: counts.cancelled += 1
        case is Mishap: counts.thrown += 1
        case is NoRoom: counts.refused += 1
        default: findings.append(Finding(.wrongCommit, "nobody expects \(error)"))
        }
    }
}

/// What bodies throw.
struct Mishap: Error {}
