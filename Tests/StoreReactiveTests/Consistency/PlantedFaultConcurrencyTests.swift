import StoreReactive
import Testing

/// Whether the judge of live queries would see what it is there for.
struct PlantedFaultConcurrencyTests {
    static let seeds = Seeds.from(700_000, few: 1, full: 6)

    @Test(arguments: PlantedFault.allCases, seeds)
    func `the judge says what is wrong wherever a fault is planted into a real run`(
        fault: PlantedFault, seed: UInt64
    ) async throws {
        for rate in [Coalescing.everyCommit, .latest] where fault.concerns(rate) {
            let (history, plants) = try await planted(fault, rate, seed)
            let name = rate == .latest ? "latest" : "every commit"
            print("\(fault), \(name), from seed \(seed): \(plants.count) places")
            for plant in plants {
                let found = plant.watched.violations(in: history)
                #expect(
                    found.contains(where: plant.isIt),
                    "seed \(seed), \(plant.watched.shape), \(rate): \(found)")
            }
        }
    }

    /// The fault at each place of the first run from `seed` on that has any.
    private func planted(
        _ fault: PlantedFault, _ rate: Coalescing, _ seed: UInt64
    ) async throws -> (LiveHistory, [PlantedFault.Plant]) {
        for number in 0..<20 {
            let recording = try await LiveSchedule(seed: seed + UInt64(number) * 1_000).record()
            #expect(recording.violations.isEmpty)
            let plants = recording.watchers.filter { $0.coalescing == rate }
                .flatMap { fault.plants(in: $0, recording.history) }
            if !plants.isEmpty { return (recording.history, plants) }
        }
        throw NoPlace(fault: fault, seed: seed)
    }

    private struct NoPlace: Error {
        let fault: PlantedFault
        let seed: UInt64
    }
}
