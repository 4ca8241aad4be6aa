import StoreCore
import StoreTransactions
import Testing

/// Two transactions, of which the second runs from beginning to end while the first waits between its reads and its
/// writes.
struct Schedule: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What a body reads, and then writes; by the number of the transaction.
    let reads: @Sendable (Desk, Int) throws -> Void
    let writes: @Sendable (Desk, Int) throws -> Void

    struct Outcome {
        var findings: [Finding]
        var errors: [any Error]

        var kinds: Set<Finding.Kind> { Set(findings.map(\.kind)) }
    }

    func run(isolation: TransactionIsolation = .serializable) async throws -> Outcome {
        let arena = try await Arena()
        let attempts = Locked<[Attempt]>([])
        var errors: [any Error] = []
        do {
            try await transact(0, arena, isolation, attempts) {
                try await transact(1, arena, isolation, attempts) {}
            }
        } catch { errors.append(error) }
        let findings = Workload.findings(
            attempts.withLock { $0 }, arena.takeCommits(), known: Arena.firstValues)
        await arena.store.stop()
        return Outcome(findings: findings, errors: errors)
    }

    private func transact(
        _ number: Int, _ arena: Arena, _ isolation: TransactionIsolation,
        _ attempts: Locked<[Attempt]>, meanwhile: @escaping @Sendable () async throws -> Void
    ) async throws {
        let floor = arena.floor
        try await arena.store.transaction(isolation: isolation) { tx in
            let attempt = Attempt(id: tx.id, floor: floor, position: tx.position, now: tx.now)
            attempts.withLock { $0.append(attempt) }
            tx.onCommit { attempt.outcome = .committed($0) }
            let desk = Desk(attempt: attempt) { try tx[arena[$0]] }
            try reads(desk, number)
            // In a task of its own, which is in no transaction.
            try await Task.detached { try await meanwhile() }.value
            try writes(desk, number)
        }
    }
}

extension Schedule {
    private static func append(_ number: Int, to key: Int, _ desk: Desk) throws {
        guard var row = try desk.row(key, .registers) else { return }
        row.append(100 + number)
        row.mark = 100 + number
        try desk.update(row, .registers)
    }

    private static func insert(_ key: Int, _ desk: Desk) throws {
        try desk.insert(
            Row(key: key, rank: 5, weight: 0, tally: 0, mark: 100 + key), .things)
    }

    /// Both append to one list.
    static let lostUpdate = Schedule(testDescription: "both append to one list") { desk, _ in
        try desk.ask(.key(3), .registers)
    } writes: { desk, number in
        try append(number, to: 3, desk)
    }

    /// Each reads the list that the other appends to.
    static let writeSkew = Schedule(
        testDescription: "each reads the list that the other appends to"
    ) { desk, number in
        try desk.ask(.key(3 + number), .registers)
        try desk.ask(.key(4 - number), .registers)
    } writes: { desk, number in
        try append(number, to: 4 - number, desk)
    }

    /// Each adds to the range that both have counted.
    static let phantom = Schedule(
        testDescription: "each adds to the range that both have counted"
    ) { desk, _ in
        try desk.ask(.count(0, 10), .things)
    } writes: { desk, number in
        try insert(number, desk)
    }

    /// Each inserts the record that the other has found to be absent.
    static let absentKey = Schedule(
        testDescription: "each inserts what the other has found to be absent"
    ) { desk, number in
        try desk.ask(.key(1 - number), .things)
    } writes: { desk, number in
        try insert(number, desk)
    }
}
