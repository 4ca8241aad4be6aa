import Foundation
import StoreTesting
import Testing

/// Query values against the queries run from scratch.
@Suite struct `Query values, at random` {
    static let isSanitized = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] != nil

    @Test func `equal the query run from scratch, after any changes`() async throws {
        let variables = ProcessInfo.processInfo.environment
        let first = variables["STORE_SEED"].flatMap(UInt64.init) ?? 1
        var tally = Tally()
        for seed in first..<first + UInt64(variables["STORE_PROGRAMS"].flatMap(Int.init) ?? 110) {
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
        print("query values from seed \(first): \(tally)")
        #expect(tally.shapes >= 1_000)
    }

    static func faults(_ program: Program) async throws -> [String] {
        let run = try await ProgramRun(program)
        try await run.run()
        return run.faults
    }
}
