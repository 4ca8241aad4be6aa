import Foundation
import StoreTesting
import TestSupport
import Testing

/// Query values against the queries run from scratch.
@Suite struct `Query values, at random` {
    @Test func `equal the query run from scratch, after any changes`() async throws {
        let seeds = Seeds.from(1, few: 12, full: 110)
        var tally = Tally()
        for seed in seeds {
            let program = Program(seed: seed, shapes: 10, steps: 60)
            let run = try await ProgramRun(program)
            try await run.run()
            tally += run.tally
            guard let fault = run.faults.first else { continue }
            let least = try await program.shrunk { !(try await Self.faults($0)).isEmpty }
            let faults = try await Self.faults(least)
            Issue.record("seed \(seed): \(fault)\n\n\(least)\n\n\(faults.first ?? "once")")
            return
        }
        print("query values from seed \(seeds[0]): \(tally)")
        #expect(tally.shapes >= 9 * seeds.count)
    }

    static func faults(_ program: Program) async throws -> [String] {
        let run = try await ProgramRun(program)
        try await run.run()
        return run.faults
    }
}

/// The seeds of random programs.
enum Seeds {
    /// `STORE_SEED` and `STORE_PROGRAMS` ask for others, and for how many.
    static func from(_ first: UInt64, few: Int, full: Int) -> [UInt64] {
        let variables = ProcessInfo.processInfo.environment
        let first = variables["STORE_SEED"].flatMap(UInt64.init) ?? first
        let count =
            variables["STORE_PROGRAMS"].flatMap(Int.init) ?? Volume.count(few: few, full: full)
        return Array(first..<first + UInt64(count))
    }
}
