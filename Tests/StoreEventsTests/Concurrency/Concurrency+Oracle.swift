import StoreCore
import StoreEvents
import TestSupport
import Testing

extension Concurrency {
    @Suite struct Schedules {
        static let blocks = Volume.count(few: 4, full: 20)
        private static let blockSize = 50

        @Test(arguments: 0..<blocks)
        func `every subscriber is told of a stretch of the commits, without gap or repetition`(
            block: Int
        ) async throws {
            for number in 0..<Self.blockSize {
                let schedule = Schedule(seed: UInt64(block * Self.blockSize + number))
                let findings = try await ScheduleRun.findings(schedule, on: .real)
                #expect(
                    findings.isEmpty,
                    "\(findings.map(\.description).joined(separator: "\n"))\n\(schedule)")
            }
        }
    }
}
