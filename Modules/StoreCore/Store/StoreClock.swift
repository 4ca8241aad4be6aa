import Synchronization

/// A clock whose instants are timestamps: the system's, or one that a test moves.
public protocol StoreClock: Clock, Sendable where Duration == Swift.Duration, Instant == Timestamp {
    /// The current instant; never before one that was returned earlier.
    var now: Timestamp { get }
}

extension Timestamp: InstantProtocol {
    /// This instant and `duration` later; saturates at the ends of time.
    public func advanced(by duration: Duration) -> Timestamp { self + duration }
}

/// The wall clock, kept from going back.
///
/// It follows the wall clock, jumps forward included. When the wall clock is set back, time goes on from where it was,
/// at the pace of the monotonic clock, until the wall clock has caught up.
public final class SystemClock: StoreClock, @unchecked Sendable {
    private let last: Atomic<Int64>
    private let isBehind = Atomic<Bool>(false)
    private let lock = Lock()
    // Under `lock`: where time went on from, on this clock and on the monotonic one.
    private let anchor: UnsafeMutablePointer<(time: Int64, monotonic: Int64)>
    private let wall: @Sendable () -> Int64
    private let monotonic: @Sendable () -> Int64

    /// The system's clock.
    public convenience init() {
        self.init(wall: Platform.wallMicroseconds, monotonic: Platform.monotonicMicroseconds)
    }

    init(wall: @escaping @Sendable () -> Int64, monotonic: @escaping @Sendable () -> Int64) {
        self.wall = wall
        self.monotonic = monotonic
        last = Atomic(wall())
        anchor = .allocate(capacity: 1)
        anchor.initialize(to: (0, 0))
    }

    deinit { anchor.deallocate() }

    /// One microsecond.
    public var minimumResolution: Duration { .microseconds(1) }

    /// The current instant.
    public var now: Timestamp {
        let time = wall()
        let last = last.load(ordering: .relaxed)
        if time > last, !isBehind.load(ordering: .relaxed) {
            advance(from: last, to: time)
            return Timestamp(microseconds: time)
        }
        return Timestamp(microseconds: time == last ? last : goOn(time))
    }

    /// Takes `instant` for a reading: from there on time goes on at the pace of the monotonic clock.
    func goOn(from instant: Timestamp) {
        advance(from: last.load(ordering: .relaxed), to: instant.microseconds)
    }

    private func advance(from last: Int64, to time: Int64) {
        var seen = last
        while seen < time {
            let (exchanged, original) = self.last.weakCompareExchange(
                expected: seen, desired: time, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }

    /// The instant while the wall clock is, or may be, behind.
    private func goOn(_ time: Int64) -> Int64 {
        lock.withLock {
            let last = last.load(ordering: .relaxed)
            if !isBehind.load(ordering: .relaxed) {
                if time >= last { return time }
                // A reading that another thread overtook is not a jump.
                if last - time < 1_000 { return last }
                anchor.pointee = (last, monotonic())
                isBehind.store(true, ordering: .relaxed)
            }
            let elapsed = anchor.pointee.time + (monotonic() - anchor.pointee.monotonic)
            if time >= elapsed { isBehind.store(false, ordering: .relaxed) }
            let now = max(time, elapsed, last)
            advance(from: last, to: now)
            return now
        }
    }

    /// Suspends until the clock shows `deadline`.
    public func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        while true {
            try Task.checkCancellation()
            let rest = now.duration(to: deadline)
            guard rest > .zero else { return }
            // At most an hour at a time: the wall clock may jump forward meanwhile.
            try await Task.sleep(for: min(rest, .seconds(3_600)), tolerance: tolerance)
        }
    }
}
