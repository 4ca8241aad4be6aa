import Foundation
import Testing

struct ConsistencyConcurrencyTests {
    static let isSanitized = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] != nil
    static let batches = Array(0..<(isSanitized ? 2 : 40))

    @Test(arguments: batches)
    func `each delivery is what the query says at its position and instant`(batch: Int) async throws
    {
        for number in 0..<(Self.isSanitized ? 5 : 50) {
            let seed = UInt64(batch * 1_000 + number)
            let violations = try await LiveSchedule(seed: seed).record().violations
            #expect(violations.isEmpty, "seed \(seed): \(violations.prefix(3))")
            if !violations.isEmpty { return }
        }
    }
}
