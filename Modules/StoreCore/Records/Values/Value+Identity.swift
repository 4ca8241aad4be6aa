extension Value {
    /// Whether both look the same to whoever is shown them: equal, numbers of one kind, and the
    /// names of objects in one order.
    ///
    /// The values' nesting must have been checked.
    func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.integer, .double), (.double, .integer): return false
        case (.double(let one), .double(let other)): return one.bitPattern == other.bitPattern
        case (.array(let one), .array(let other)):
            return one.count == other.count && zip(one, other).allSatisfy { $0.isIdentical(to: $1) }
        case (.object(let one), .object(let other)):
            return one.count == other.count
                && zip(one, other).allSatisfy {
                    bytesEqual($0.name, $1.name) && $0.value.isIdentical(to: $1.value)
                }
        default: return self == other
        }
    }
}
