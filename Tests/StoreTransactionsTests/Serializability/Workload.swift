import StoreCore
import StoreTesting
import StoreTransactions
import TestSupport

/// Tasks that run random transactions at once on a store of their own, and what the checkers say.
struct Workload {
    var seed: UInt64
    var transactions: Int
    var isolation = TransactionIsolation.serializable
    var history = 256
    static let tasks = 8

    struct Report: Sendable {
        var findings: [Finding] = []
        var counts = Worker.Counts()
        var attempts = 0
        var commits = 0
        /// How many records have left by themselves, by the reason.
        var gone: [Change.Reason: Int] = [:]
        /// Snapshots that somebody still holds.
        var held = 0
        /// Transactions that the store takes for running.
        var underWay: Int?

        var kinds: Set<Finding.Kind> { Set(findings.map(\.kind)) }
    }

    func run() async throws -> Report {
        let arena = try await Arena(history: history)
        let workers = (0..<Self.tasks).map {
            Worker(arena, isolation, number: $0, seed: seed)
        }
        let isOn = Locked(true)
        let ticking = Task.detached {
            while isOn.withLock({ $0 }) {
                arena.clock.advance(by: .microseconds(50))
                await Task.yield()
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for worker in workers {
                group.addTask { await worker.run(transactions: transactions / Self.tasks) }
            }
        }
        isOn.withLock { $0 = false }
        await ticking.value
        var report = Self.check(workers, arena)
        // A task lets go of what it holds a moment after its group has been told of its end.
        _ = try await patiently { try arena.store.stats().snapshots.positions == 0 }
        let stats = try arena.store.stats()
        report.held = stats.snapshots.positions
        report.underWay = stats.components["transactions"]?["underWay"].int
        await arena.store.stop()
        return report
    }

    private static func check(_ workers: [Worker], _ arena: Arena) -> Report {
        let attempts = workers.flatMap(\.attempts)
        let commits = arena.takeCommits()
        var report = Report(attempts: attempts.count, commits: commits.count)
        for commit in commits {
            for change in commit.records where change.kind == .deleted {
                report.gone[change.reason, default: 0] += 1
            }
        }
        for worker in workers {
            report.counts += worker.counts
            report.findings += worker.findings
        }
        report.findings += findings(
            attempts, commits, known: workers.reduce(Arena.firstValues) { $0.union($1.plainValues) }
        )
        return report
    }

    static func findings(
        _ attempts: [Attempt], _ commits: [Commit], known: Set<Int>
    ) -> [Finding] {
        SerialCheck(attempts, commits).findings + ValueCheck(attempts, known: known).findings
            + DependencyGraph(attempts).cycles().map { Finding(.cycle, "attempts \($0)") }
    }
}

extension Workload.Report: CustomStringConvertible {
    var description: String {
        let first = findings.prefix(5).map { "\n\($0)" }.joined()
        return "\(attempts) runs, \(commits) commits, \(counts), gone: \(gone), "
            + "\(findings.count) findings\(first)"
    }
}
