import Testing

/// Query values while several tasks write at once.
struct IncrementalConcurrencyTests {
    static let seeds = Seeds.from(50_000, few: 4, full: 40)

    @Test(arguments: seeds)
    func `each delivery equals the query run from scratch at its position and instant`(seed: UInt64)
        async throws
    {
        let run = try await ProgramRun(Program(seed: seed, shapes: 12, steps: 120))
        try await run.run(writers: 4)
        #expect(run.faults.isEmpty, "seed \(seed): \(run.faults.prefix(3))")
    }
}
