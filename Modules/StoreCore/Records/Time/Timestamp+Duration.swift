extension Timestamp {
    /// The point `duration` later, at most ``distantFuture`` and at least ``distantPast``.
    ///
    /// Less than a microsecond is cut.
    public static func + (point: Timestamp, duration: Duration) -> Timestamp {
        guard let step = microseconds(of: duration) else {
            return duration < .zero ? .distantPast : .distantFuture
        }
        let (sum, overflow) = point.microseconds.addingReportingOverflow(step)
        if overflow { return step < 0 ? .distantPast : .distantFuture }
        return Timestamp(microseconds: sum)
    }

    /// The point `duration` earlier, at most ``distantFuture`` and at least ``distantPast``.
    public static func - (point: Timestamp, duration: Duration) -> Timestamp {
        guard let step = microseconds(of: duration) else {
            return duration < .zero ? .distantFuture : .distantPast
        }
        let (difference, overflow) = point.microseconds.subtractingReportingOverflow(step)
        if overflow { return step < 0 ? .distantFuture : .distantPast }
        return Timestamp(microseconds: difference)
    }

    /// The time from this point to `other`; negative when `other` is earlier.
    ///
    /// Exact for any two points.
    public func duration(to other: Timestamp) -> Duration {
        .microseconds(other.microseconds) - .microseconds(microseconds)
    }

    /// The whole microseconds of a duration; nil when they do not fit.
    private static func microseconds(of duration: Duration) -> Int64? {
        // `components` itself traps on durations beyond 2^63 seconds.
        guard duration >= .microseconds(Int64.min), duration <= .microseconds(Int64.max) else {
            return nil
        }
        // Both parts are cut towards zero, so that neither the product nor the sum goes beyond the
        // duration itself.
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
