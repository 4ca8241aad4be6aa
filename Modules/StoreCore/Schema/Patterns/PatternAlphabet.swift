/// The scalars in classes that a pattern does not tell apart, numbered from 0 in ascending order.
///
/// Every set of the pattern is a union of such classes.
struct PatternAlphabet: Sendable {
    /// The first scalar of each class.
    private let starts: [UInt32]
    /// The class of each ASCII scalar.
    let ascii: [UInt32]
    /// Which classes are made of what `\w` matches; empty when no boundary is asked for.
    let areWords: [Bool]

    /// The number of classes.
    var count: Int { starts.count }

    init(_ sets: [ScalarSet], tellsWords: Bool) {
        var cuts: [UInt32] = [0]
        for set in tellsWords ? sets + [.words] : sets {
            for range in set.ranges {
                cuts.append(range.lowerBound)
                if range.upperBound < ScalarSet.last { cuts.append(range.upperBound + 1) }
            }
        }
        cuts.sort()
        var starts: [UInt32] = []
        for cut in cuts where cut != starts.last { starts.append(cut) }
        self.starts = starts
        ascii = (0..<128).map { PatternAlphabet.symbol(of: $0, starts) }
        let words = ScalarSet.words.ranges
        areWords =
            tellsWords ? starts.map { start in words.contains { $0.contains(start) } } : []
    }

    /// The class of a scalar.
    ///
    /// - Complexity: O(1) for ASCII, otherwise O(log n) in the number of classes.
    func symbol(of scalar: UInt32) -> UInt32 {
        scalar < 128 ? ascii[Int(scalar)] : PatternAlphabet.symbol(of: scalar, starts)
    }

    private static func symbol(of scalar: UInt32, _ starts: [UInt32]) -> UInt32 {
        // The last class that does not begin behind the scalar.
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= scalar { low = middle } else { high = middle }
        }
        return UInt32(low)
    }

    /// The classes that make up a set.
    func symbols(of set: ScalarSet) -> [ClosedRange<UInt32>] {
        set.ranges.map { symbol(of: $0.lowerBound)...symbol(of: $0.upperBound) }
    }
}
