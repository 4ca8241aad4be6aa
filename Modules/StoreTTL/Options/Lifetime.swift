import StoreCore

/// How long records live: whole microseconds, at least one.
struct Lifetime: Sendable, Hashable {
    let microseconds: Int64

    /// No lifetime is longer: about 146 000 years.
    static let most = Duration.microseconds(Int64.max / 2)

    /// Nil unless `duration` is at least a microsecond, and not longer than any calendar.
    init?(_ duration: Duration) {
        guard duration >= .microseconds(1), duration <= Lifetime.most else { return nil }
        let (seconds, attoseconds) = duration.components
        microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// Reads a positive number with a unit, `s`, `m`, `h` or `d`: `"1.5h"`, `"30 m"`.
    init?(_ text: String) {
        guard let unit = text.utf8.last, let second = Lifetime.seconds(in: unit) else { return nil }
        // A unit that an invisible sign before it makes part of a longer character is one byte all the same.
        var digits = Substring(text.utf8.dropLast())
        while digits.last?.isWhitespace == true { digits.removeLast() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy(Lifetime.isNumber), let count = Double(digits),
            count.isFinite, count * Double(second) < Double(Int64.max / 2) / 1_000_000
        else { return nil }
        let microseconds = (count * Double(second) * 1_000_000).rounded()
        guard microseconds >= 1 else { return nil }
        self.microseconds = Int64(microseconds)
    }

    private static func isNumber(_ digits: Substring) -> Bool {
        !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    }

    private static func seconds(in unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3_600
        case UInt8(ascii: "d"): 86_400
        default: nil
        }
    }

    var duration: Duration { .microseconds(microseconds) }

    /// The end of a life that begins at `instant`.
    @inline(__always)
    func end(from instant: Timestamp) -> Timestamp {
        let (sum, overflow) = instant.microseconds.addingReportingOverflow(microseconds)
        // The very last instant stands for no deadline.
        return Timestamp(microseconds: overflow ? .max - 1 : min(sum, .max - 1))
    }
}

extension Duration {
    /// So many minutes; what seconds in 64 bits cannot count becomes the most or the least that they can.
    public static func minutes(_ count: some BinaryInteger) -> Duration { seconds(60, count) }

    /// So many hours; what seconds in 64 bits cannot count becomes the most or the least that they can.
    public static func hours(_ count: some BinaryInteger) -> Duration { seconds(3_600, count) }

    /// So many days; what seconds in 64 bits cannot count becomes the most or the least that they can.
    public static func days(_ count: some BinaryInteger) -> Duration { seconds(86_400, count) }

    private static func seconds(_ unit: Int64, _ count: some BinaryInteger) -> Duration {
        let (product, overflow) = Int64(clamping: count).multipliedReportingOverflow(by: unit)
        guard overflow else { return .seconds(product) }
        return .seconds(count < 0 ? Int64.min : .max)
    }
}
