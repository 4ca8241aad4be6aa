import TestSupport
import Testing

struct ConsistencyConcurrencyTests {
    static let batches = Array(0..<Volume.count(few: 2, full: 40))

    @Test(arguments: batches)
    func `each delivery is what the query says at its position and instant`(batch: Int) async throws
    {
        for number in 0..<Volume.count(few: 10, full: 50) {
            let seed = UInt64(batch * 1_000 + number)
            let violations = try await LiveSchedule(seed: seed).record().violations
            #expect(violations.isEmpty, "seed \(seed): \(violations.prefix(3))")
            if !violations.isEmpty { return }
        }
    }
}
