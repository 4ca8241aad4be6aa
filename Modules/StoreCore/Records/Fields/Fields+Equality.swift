extension Fields: Hashable {
    /// Whether the same names hold equal values, in whatever order.
    ///
    /// A missing name is not an explicit null.
    ///
    /// - Complexity: O(n) in the number of fields.
    public static func == (a: Fields, b: Fields) -> Bool {
        guard a.count == b.count else { return false }
        for index in a.entries.indices {
            guard bytesEqual(a.entries[index].name, b.entries[index].name) else {
                return isEqualUnordered(a, b)
            }
            guard a.entries[index].value == b.entries[index].value else { return false }
        }
        return true
    }

    private static func isEqualUnordered(_ a: Fields, _ b: Fields) -> Bool {
        let a = a.sortedByName()
        let b = b.sortedByName()
        return zip(a, b).allSatisfy { bytesEqual($0.name, $1.name) && $0.value == $1.value }
    }

    /// Feeds the fields to `hasher`, regardless of their order.
    public func hash(into hasher: inout Hasher) {
        var sum: UInt64 = 0
        for entry in entries {
            var one = Hasher()
            bytesHash(entry.name, into: &one)
            entry.value.hash(into: &one)
            sum &+= UInt64(bitPattern: Int64(one.finalize()))
        }
        hasher.combine(entries.count)
        hasher.combine(sum)
    }

    /// Orders two objects as if each were a list of names and values sorted by name.
    static func compare(_ a: Fields, _ b: Fields) -> Int {
        let a = a.sortedByName()
        let b = b.sortedByName()
        for index in 0..<Swift.min(a.count, b.count) {
            let names = bytesCompare(a[index].name, b[index].name)
            if names != 0 { return names }
            let values = Value.compare(a[index].value, b[index].value)
            if values != 0 { return values }
        }
        return a.count - b.count
    }

    private func sortedByName() -> [Entry] {
        let isSorted = entries.indices.dropFirst().allSatisfy {
            bytesCompare(entries[$0 - 1].name, entries[$0].name) < 0
        }
        return isSorted ? entries : entries.sorted { bytesCompare($0.name, $1.name) < 0 }
    }
}
