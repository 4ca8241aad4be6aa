import StoreCore
import TestSupport
import Testing

@Suite struct `Random queries` {
    @Test(arguments: Volume.seeds(few: 4, full: 16))
    func `give what a scan of everything gives, whatever is indexed`(seed: UInt64) async throws {
        var generator = RandomQueryGenerator(seed: seed)
        for number in 0..<50 {
            let query = generator.next()
            guard let fault = try await query.fault() else { continue }
            let (smallest, itsFault) = try await shrink(query, fault)
            Issue.record(
                "seed \(seed), case \(number): \(fault). Smallest: \(itsFault); \(smallest)")
            return
        }
    }

    /// The smallest case found that fails too, and how.
    private func shrink(
        _ query: RandomQuery, _ fault: String
    ) async throws -> (RandomQuery, String) {
        for simpler in query.simpler {
            if let fault = try await simpler.fault() { return try await shrink(simpler, fault) }
        }
        return (query, fault)
    }
}
