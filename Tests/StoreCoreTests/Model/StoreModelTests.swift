import TestSupport
import Testing

@testable import StoreCore

/// Random writes, faults, snapshots and reads against a model that does everything naively.
///
/// Each seed is a store of its own. A failure prints the seed and the shortest list of steps that fails; a process that
/// ends in a trap has printed which seeds were under way.
@Suite struct `A store against a model` {
    static let seedsMax: UInt64 = 200
    static let operations = 1_000

    @Test(arguments: Volume.seeds(few: 16, full: seedsMax))
    func `agrees on records, indexes, snapshots and differences after every step`(
        seed: UInt64
    ) async {
        await Self.compare(ModelGenerator(seed: seed), seed, operations: Self.operations)
    }

    /// References need company.
    static let families = Volume.seeds(few: 24, full: 240).filter {
        !ModelShape(seed: $0).references.isEmpty
    }

    @Test(arguments: families) func `agrees on what is left of families after every step`(
        seed: UInt64
    ) async {
        let generator = ModelGenerator(seed: seed, isFamily: true)
        await Self.compare(generator, seed, operations: 600)
    }

    private static func compare(
        _ generator: ModelGenerator, _ seed: UInt64, operations: Int
    ) async {
        var generator = generator
        let steps = generator.steps(operations: operations)
        guard let mismatch = await ModelRun.mismatch(steps, seed: seed, interval: 16) else {
            return
        }
        let start = Array(steps.prefix(max(mismatch.step + 1, 1)))
        let least = await ModelShrinker.shrink(start) {
            await ModelRun.mismatch($0, seed: seed, interval: 1) != nil
        }
        let last = await ModelRun.mismatch(least, seed: seed, interval: 1) ?? mismatch
        let list = least.enumerated().map { "  \($0). \($1)" }.joined(separator: "\n")
        Issue.record("seed \(seed), after step \(last.step): \(last.description)\n\(list)")
    }

    @Test func `is given at least two hundred thousand operations`() {
        let total = (1...Self.seedsMax).reduce(0) { total, seed in
            var generator = ModelGenerator(seed: seed)
            return total
                + generator.steps(operations: Self.operations).reduce(0) { $0 + $1.operations }
        }
        #expect(total >= 200_000)
    }

    @Test func `is shrunk to the step that fails`() async {
        var generator = ModelGenerator(seed: 1)
        let steps = generator.steps(operations: 200)
        let least = await ModelShrinker.shrink(steps) { steps in
            steps.contains { if case .swap = $0 { true } else { false } }
        }
        #expect(least.count == 1)
    }
}
