import StoreCore
import Synchronization

/// A clock that a stranger wrote: it stands still until somebody moves it.
final class ToyClock: StoreClock {
    private typealias Sleeper = (deadline: Timestamp, alarm: AsyncStream<Never>.Continuation)
    private let state = Mutex((now: Timestamp(seconds: 1_000_000), sleepers: [Sleeper]()))

    var now: Timestamp { state.withLock { $0.now } }
    var minimumResolution: Duration { .microseconds(1) }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            let now = state.now + duration
            state.now = now
            defer { state.sleepers.removeAll { $0.deadline <= now } }
            return state.sleepers.filter { $0.deadline <= now }.map(\.alarm)
        }
        for alarm in due { alarm.finish() }
    }

    func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        let (stream, alarm) = AsyncStream<Never>.makeStream()
        state.withLock { state in
            if deadline <= state.now {
                alarm.finish()
            } else {
                state.sleepers.append((deadline, alarm))
            }
        }
        // Ends with the alarm, or with the task.
        for await _ in stream {}
        try Task.checkCancellation()
    }
}
