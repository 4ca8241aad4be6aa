import StoreCore
import TestSupport
import Testing

extension ConcurrencyOfTransactions {
    @Suite(.serialized) struct RandomTransactions {
        static let seeds = Volume.seeds(few: 2, full: 40)
        private static let transactions = Volume.count(few: 1_000, full: 5_300)

        @Test(arguments: seeds)
        func `are as if they had run one after another`(seed: UInt64) async throws {
            // Every other store remembers so little that versions have to be compared.
            let report = try await Workload(
                seed: seed, transactions: Self.transactions,
                history: seed.isMultiple(of: 2) ? 256 : 2
            ).run()
            print("seed \(seed): \(report)")
            #expect(report.findings.isEmpty, "seed \(seed), \(report)")
            #expect(report.held == 0)
            #expect(report.underWay == 0)
            // Nothing of it is worth anything that has not happened.
            let counts = report.counts
            let happened = [
                counts.committed, counts.conflicts, counts.retries, counts.timeouts,
                counts.cancelled, counts.thrown, report.gone[.expired] ?? 0,
                report.gone[.evicted] ?? 0, report.gone[.user] ?? 0,
            ]
            #expect(!happened.contains(0), "\(report)")
        }
    }
}
