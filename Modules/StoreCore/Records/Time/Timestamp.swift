/// A point in time, to the microsecond, independent of calendars and time zones.
@frozen
public struct Timestamp: Sendable, Hashable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// Makes the point that is `microseconds` after 1970-01-01T00:00:00Z.
    @inlinable
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Makes the point that is `seconds` after 1970-01-01T00:00:00Z, rounded to the microsecond.
    ///
    /// What lies beyond ``distantPast`` or ``distantFuture`` becomes that; NaN becomes
    /// 1970-01-01T00:00:00Z.
    public init(seconds: Double) {
        let scaled = (seconds * 1_000_000).rounded()
        if scaled >= 0x1p63 {
            microseconds = .max
        } else if scaled < -0x1p63 {
            microseconds = .min
        } else {
            microseconds = scaled.isNaN ? 0 : Int64(scaled)
        }
    }

    /// The last point there is, in the year 294247.
    @inlinable
    public static var distantFuture: Timestamp { Timestamp(microseconds: .max) }

    /// The first point there is, in the year −290308.
    @inlinable
    public static var distantPast: Timestamp { Timestamp(microseconds: .min) }

    /// Seconds since 1970-01-01T00:00:00Z, rounded to the nearest double.
    public var seconds: Double { Double(microseconds) / 1_000_000 }
}

extension Timestamp: Comparable {
    /// Whether `a` is earlier than `b`.
    @inlinable
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }
}

extension Timestamp: CustomStringConvertible {
    /// The point in ISO 8601, as ``iso8601`` has it.
    public var description: String { iso8601 }
}
