import StoreCore
import StoreEvents
import Testing

extension Concurrency {
    /// What the oracle says of what is known to be wrong.
    @Suite struct PlantedFaults {
        private static let schedulesMax = 1_000

        @Test(
            arguments: [
                (
                    "attaches after `on` has returned", EventBusUnderTest.attachesLater,
                    .missedBeginning
                ),
                ("loses what waits at a restart", .forgetsOnRestart, .gap),
                ("repeats an event at a restart", .repeatsOnRestart, .repetition),
                ("begins a handler after `cancel()`", .cancelsLater, .begunAfterCancel),
                ("has `cancelAndWait()` wait for nobody", .handsOn, .runsAfterCancelAndWait),
                ("has `settle()` wait for nobody", .handsOn, .notSettled),
                ("delivers in another order", .overtakes, .disorder),
            ] as [(String, EventBusUnderTest, Violation)])
        func `the oracle finds a bus that`(
            does: String, bus: EventBusUnderTest, violation: Violation
        ) async throws {
            var found: Set<Violation> = []
            for seed in 0..<Self.schedulesMax where !found.contains(violation) {
                let schedule = Schedule(seed: UInt64(seed))
                found.formUnion(
                    try await ScheduleRun.findings(schedule, on: bus).map(\.violation))
            }
            #expect(found.contains(violation), "\(does), and only this is found: \(found)")
        }
    }
}
