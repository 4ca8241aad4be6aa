extension Value {
    /// Whether both look the same to whoever is shown them: equal, numbers of one kind, and the
    /// names of objects in one order.
    ///
    /// What has changed is judged by it: 1 and 1.0 are equal and not identical, as are 0.0 and -0.0. The values' nesting
    /// must have been checked, as that of everything in a store has.
    public func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.integer, .double), (.double, .integer): return false
        case (.double(let one), .double(let other)): return one.bitPattern == other.bitPattern
        case (.array(let one), .array(let other)):
            return one.count == other.count && zip(one, other).allSatisfy { $0.isIdentical(to: $1) }
        case (.object(let one), .object(let other)): return one.isIdentical(to: other)
        default: return self == other
        }
    }
}

extension Value {
    /// Whether a value that is equal may look different.
    var hasSpellings: Bool {
        switch self {
        case .integer(let number): Int64(exactly: Double(number)) == number
        case .double(let number): Int64(exactly: number) != nil
        case .array(let values): values.contains(where: \.hasSpellings)
        case .object(let fields): fields.count > 1 || fields.contains { $0.value.hasSpellings }
        case .null, .bool, .date, .string, .bytes: false
        }
    }
}

extension Fields {
    /// Whether both look the same: the same names in one order, and under each an identical value.
    public func isIdentical(to other: Fields) -> Bool {
        count == other.count
            && zip(self, other).allSatisfy {
                bytesEqual($0.name, $1.name) && $0.value.isIdentical(to: $1.value)
            }
    }

    /// Whether the same names hold identical values, in whatever order.
    func holdsIdentical(_ other: Fields) -> Bool {
        guard count == other.count else { return false }
        let others = FieldFinder(other)
        return allSatisfy {
            others.contains($0.name) && $0.value.isIdentical(to: others[$0.name])
        }
    }
}
