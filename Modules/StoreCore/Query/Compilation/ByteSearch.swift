/// Whether the UTF-8 bytes of `part` occur in those of `whole`, in a row.
///
/// - Complexity: O(n + m).
func bytesContain(_ whole: String, _ part: String) -> Bool {
    var whole = whole
    var part = part
    return whole.withUTF8 { whole in
        part.withUTF8 { part in
            var search = ByteSearch(part)
            return search.finds(in: whole)
        }
    }
}

/// A search for bytes in a row.
///
/// Byte by byte as long as that costs little more than reading; then by the two-way algorithm, whose preparation would
/// cost more than most searches do. See M. Crochemore and D. Perrin, Two-way string-matching, Journal of the ACM 38
/// (1991).
struct ByteSearch {
    private let part: UnsafeBufferPointer<UInt8>
    /// How many bytes have been compared.
    private(set) var comparisons = 0

    /// A search for `part`, which has to stay where it is.
    init(_ part: UnsafeBufferPointer<UInt8>) { self.part = part }

    /// Whether the bytes occur in `whole`.
    ///
    /// - Complexity: O(n + m), without allocating.
    mutating func finds(in whole: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = part.first else { return true }
        guard whole.count >= part.count else { return false }
        let budget = comparisons + 4 * whole.count
        for start in 0...(whole.count - part.count) {
            comparisons += 1
            guard whole[start] == first else { continue }
            if comparisons > budget { return findsTwoWays(in: whole, from: start) }
            var offset = 1
            while offset < part.count, whole[start + offset] == part[offset] { offset += 1 }
            comparisons += offset
            if offset == part.count { return true }
        }
        return false
    }

    /// The same from a place on, in linear time.
    private mutating func findsTwoWays(
        in whole: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Bool {
        let (up, down) = (maximalSuffix(isReversed: false), maximalSuffix(isReversed: true))
        // Where the part is cut in two: the right side is compared first.
        let (cut, suffixPeriod) = up.start > down.start ? up : down
        let isPeriodic = (0..<cut).allSatisfy { part[$0] == part[$0 + suffixPeriod] }
        comparisons += cut
        let period = isPeriodic ? suffixPeriod : max(cut, part.count - cut) + 1
        var start = start
        // How many of the first bytes are known to agree.
        var known = 0
        while start <= whole.count - part.count {
            var right = max(cut, known)
            while right < part.count, part[right] == whole[start + right] { right += 1 }
            comparisons += right - max(cut, known) + 1
            if right < part.count {
                start += right - cut + 1
                known = 0
                continue
            }
            var left = cut
            while left > known, part[left - 1] == whole[start + left - 1] { left -= 1 }
            comparisons += cut - left + 1
            if left <= known { return true }
            start += period
            known = isPeriodic ? part.count - period : 0
        }
        return false
    }

    /// Where the greatest of the part's suffixes begins, in the order of bytes or its reverse, and its period.
    private mutating func maximalSuffix(isReversed: Bool) -> (start: Int, period: Int) {
        var (greatest, candidate, offset, period) = (0, 1, 0, 1)
        while candidate + offset < part.count {
            comparisons += 1
            let (new, old) = (part[candidate + offset], part[greatest + offset])
            if new == old {
                if offset + 1 == period {
                    candidate += period
                    offset = 0
                } else {
                    offset += 1
                }
            } else if (new < old) != isReversed {
                candidate += offset + 1
                offset = 0
                period = candidate - greatest
            } else {
                greatest = candidate
                candidate += 1
                (offset, period) = (0, 1)
            }
        }
        return (greatest, period)
    }
}
