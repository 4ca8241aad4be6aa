import StoreCore
import StoreTesting
import TestSupport
import Testing

/// Random writes, reads and steps of the clock against a dictionary.
///
/// A failure prints the seed, the shape of the bucket and the last steps.
@Suite struct `Expiry against a model` {
    static let seedsMax: UInt64 = 42
    static let operations = 5_000

    static let shapes: [ModelShape] = {
        let lifetime = ModelRun.lifetime
        return [
            ModelShape(lifetime: lifetime),
            ModelShape(lifetime: lifetime, isSliding: true),
            ModelShape(isUnique: true),
            ModelShape(limit: 8, hasIndexes: false),
            ModelShape(lifetime: lifetime, limit: 6, isUnique: true),
            ModelShape(lifetime: lifetime, isSliding: true, limit: 7),
            ModelShape(lifetime: lifetime, isSwept: true, isUnique: true),
            ModelShape(lifetime: lifetime, limit: 5, isSwept: true),
            ModelShape(lifetime: lifetime, isSliding: true, isSwept: true),
            ModelShape(limit: 1),
        ]
    }()

    static func shape(_ seed: UInt64) -> ModelShape { shapes[Int(seed) % shapes.count] }

    @Test(arguments: Volume.seeds(few: 10, full: seedsMax))
    func `agrees after every commit and every step of the clock`(
        seed: UInt64
    ) async throws {
        let run = try await ModelRun(Self.shape(seed), seed: seed)
        do { try await run.run(Self.operations) } catch {
            Issue.record(
                """
                seed \(seed), \(Self.shape(seed)), operation \(run.count): \(error)
                \(run.log.joined(separator: "\n"))
                """)
        }
    }

    @Test func `is given at least two hundred thousand operations`() {
        #expect(Int(Self.seedsMax) * Self.operations >= 200_000)
    }

    @Test(arguments: ModelFault.allCases.filter { $0 != .none })
    func `notices a model that is wrong`(fault: ModelFault) async throws {
        var shape = ModelShape(lifetime: ModelRun.lifetime)
        if fault == .newestGivesWay || fault == .limitIsOneMore { shape.limit = 4 }
        let run = try await ModelRun(shape, seed: 1, fault: fault)
        await #expect(throws: Mismatch.self) { try await run.run(1_000) }
        await run.store.stop()
    }
}
