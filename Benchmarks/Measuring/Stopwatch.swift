#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads the monotonic clock.
public enum Stopwatch {
    /// Nanoseconds of a clock that never goes back.
    @inline(__always)
    public static func now() -> UInt64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds that the calling thread has run so far: neither those in which it waited, nor those in which others
    /// had its core.
    public static func ownTime() -> UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Nanoseconds that two readings with nothing between them are apart: what timing a single call
    /// adds to it.
    public static let overhead: Double = {
        var gaps: [UInt64] = []
        for _ in 0..<10_001 {
            let start = now()
            gaps.append(now() - start)
        }
        return Double(gaps.sorted()[gaps.count / 2])
    }()

    /// Nanoseconds per call of `body`, called with 0, 1, 2 … `count` - 1.
    @inline(__always)
    public static func perOperation(_ count: Int, _ body: (Int) throws -> Void) rethrows -> Double {
        try perOperation(0..<count, passes: 1, body)
    }

    /// Nanoseconds per call of `body`, called with each of `places`, as many times over as `passes`
    /// says.
    @inline(__always)
    public static func perOperation(
        _ places: Range<Int>, passes: Int, _ body: (Int) throws -> Void
    ) rethrows -> Double {
        let start = now()
        for _ in 0..<passes {
            for place in places { try body(place) }
        }
        return Double(now() - start) / Double(places.count * passes)
    }
}
