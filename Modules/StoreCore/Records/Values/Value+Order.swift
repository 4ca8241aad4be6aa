extension Value: Comparable {
    /// Whether `a` stands before `b` in the order of all values.
    ///
    /// - Complexity: O(n) in the size of the common beginning of two strings, byte strings, lists
    ///   or objects.
    public static func < (a: Value, b: Value) -> Bool { compare(a, b) < 0 }

    /// Compares two values: negative, zero or positive as `a` stands before, beside or after `b`.
    public static func compare(_ a: Value, _ b: Value) -> Int {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b ? -1 : (a == b ? 0 : 1)
        case (.string(let a), .string(let b)): bytesCompare(a, b)
        case (.double(let a), .double(let b)): compare(a, b)
        case (.date(let a), .date(let b)): compare(a.microseconds, b.microseconds)
        default: compareRest(a, b)
        }
    }

    @inline(never)
    private static func compareRest(_ a: Value, _ b: Value) -> Int {
        switch (a, b) {
        case (.null, .null): 0
        case (.bool(let a), .bool(let b)): compare(Int64(a ? 1 : 0), Int64(b ? 1 : 0))
        case (.integer(let a), .double(let b)): compare(a, b)
        case (.double(let a), .integer(let b)): -compare(b, a)
        case (.bytes(let a), .bytes(let b)):
            a.withUnsafeBytes { a in b.withUnsafeBytes { b in bytesCompare(a, b) } }
        case (.array(let a), .array(let b)): compare(a, b)
        case (.object(let a), .object(let b)): Fields.compare(a, b)
        default: compare(Int64(a.typeRank), Int64(b.typeRank))
        }
    }

    /// The place of the value's type in the order of types.
    ///
    /// Integers and doubles share one.
    @inline(__always)
    var typeRank: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .integer, .double: 2
        case .date: 3
        case .string: 4
        case .bytes: 5
        case .array: 6
        case .object: 7
        }
    }

    @inline(__always)
    static func compare(_ a: Int64, _ b: Int64) -> Int { a < b ? -1 : (a == b ? 0 : 1) }

    /// Doubles in a total order: NaN, which no store holds, equals itself and stands before every
    /// number.
    @inline(__always)
    static func compare(_ a: Double, _ b: Double) -> Int {
        if a < b { return -1 }
        if a > b { return 1 }
        if a == b { return 0 }
        return a.isNaN ? (b.isNaN ? 0 : -1) : 1
    }

    /// An integer against a double, without rounding either.
    static func compare(_ a: Int64, _ b: Double) -> Int {
        if b.isNaN { return 1 }
        if b >= 0x1p63 { return -1 }
        if b < -0x1p63 { return 1 }
        let whole = Int64(b)
        if a != whole { return a < whole ? -1 : 1 }
        // Truncation lost at most the fraction, and a double with a fraction is small enough for
        // this to be exact.
        let fraction = b - Double(whole)
        return fraction > 0 ? -1 : (fraction < 0 ? 1 : 0)
    }

    static func compare(_ a: [Value], _ b: [Value]) -> Int {
        for index in 0..<min(a.count, b.count) {
            let order = compare(a[index], b[index])
            if order != 0 { return order }
        }
        return a.count - b.count
    }
}
