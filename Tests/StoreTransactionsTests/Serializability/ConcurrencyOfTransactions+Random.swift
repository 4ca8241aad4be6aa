import Testing

extension ConcurrencyOfTransactions {
    @Suite(.serialized) struct RandomTransactions {
        static let rounds: [UInt64] = Workload.isSanitized ? [1, 2] : Array(1...40)
        private static let transactions = Workload.isSanitized ? 1_000 : 5_000

        @Test(arguments: rounds)
        func `are as if they had run one after another`(seed: UInt64) async throws {
            // Every other store remembers so little that versions have to be compared.
            let workload = Workload(
                seed: seed, transactions: Self.transactions,
                history: seed.isMultiple(of: 2) ? 256 : 2)
            let report = try await workload.run()
            let first = report.findings.prefix(5).map(\.description).joined(separator: "\n")
            #expect(
                report.findings.isEmpty,
                "seed \(seed): \(report.findings.count) findings in \(report.commits) commits\n\(first)"
            )
            print(
                "serializability: seed \(seed), \(report.attempts) runs, \(report.commits) commits, \(report.counts)"
            )
        }
    }
}
