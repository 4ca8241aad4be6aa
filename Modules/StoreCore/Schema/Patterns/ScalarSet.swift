/// A set of Unicode scalars: ranges in ascending order that neither overlap nor touch.
struct ScalarSet: Equatable {
    private(set) var ranges: [ClosedRange<UInt32>]

    /// The greatest scalar there is.
    static let last: UInt32 = 0x10FFFF

    init(_ ranges: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let former = merged.last, range.lowerBound <= former.upperBound &+ 1 {
                let end = max(former.upperBound, range.upperBound)
                merged[merged.count - 1] = former.lowerBound...end
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    /// Every scalar that this set lacks.
    var inverted: ScalarSet {
        var gaps: [ClosedRange<UInt32>] = []
        var start: UInt32 = 0
        for range in ranges {
            if range.lowerBound > start { gaps.append(start...(range.lowerBound - 1)) }
            start = range.upperBound + 1
        }
        if start <= ScalarSet.last { gaps.append(start...ScalarSet.last) }
        return ScalarSet(gaps)
    }

    /// What `\d` matches.
    static let digits = ScalarSet([0x30...0x39])
    /// What `\w` matches.
    static let words = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    /// What `\s` matches: white space and ends of lines as ECMAScript has them.
    static let spaces = ScalarSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    /// What `.` matches: all but ends of lines.
    static let dots = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]).inverted
}
