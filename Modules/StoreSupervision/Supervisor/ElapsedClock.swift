/// Any clock, reduced to what supervision needs: time elapsed since a start, and a sleep.
struct ElapsedClock: Sendable {
    let elapsed: @Sendable () -> Duration
    /// Sleeps until so much has elapsed.
    let sleep: @Sendable (Duration) async throws -> Void

    init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }
}
