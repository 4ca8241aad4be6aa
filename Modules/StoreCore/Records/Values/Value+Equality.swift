extension Value: Hashable {
    /// Whether both are the same value: equal numbers whatever their representation, equal bytes of
    /// text, equal names and values of objects in any order.
    public static func == (a: Value, b: Value) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a == b
        case (.string(let a), .string(let b)): bytesEqual(a, b)
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.date(let a), .date(let b)): a == b
        case (.double(let a), .double(let b)): compare(a, b) == 0
        case (.integer(let a), .double(let b)): compare(a, b) == 0
        case (.double(let a), .integer(let b)): compare(b, a) == 0
        case (.bytes(let a), .bytes(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    /// Feeds the value to `hasher`, so that equal values hash equal.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(UInt8(truncatingIfNeeded: typeRank))
        switch self {
        case .null: break
        case .bool(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .double(let value): hasher.combine(Value.hashBits(value))
        case .date(let value): hasher.combine(value.microseconds)
        case .string(let value): bytesHash(value, into: &hasher)
        case .bytes(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .object(let value): value.hash(into: &hasher)
        }
    }

    /// What a double adds to a hash: that of the equal integer where there is one, so that `1.0`
    /// meets `1`.
    ///
    /// A double that is no `Int64` may share its bits with some integer. That is a collision, and
    /// harmless.
    @inline(__always)
    static func hashBits(_ value: Double) -> Int64 {
        if let whole = Int64(exactly: value) { return whole }
        return value.isNaN ? Int64.min : Int64(bitPattern: value.bitPattern)
    }
}
