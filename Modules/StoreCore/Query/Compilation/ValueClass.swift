/// The kinds of values that are ordered among themselves, in the order of ``Value``.
enum ValueClass: UInt8, Comparable, Sendable {
    case null, bool, number, date, string, bytes, array, object

    @inline(__always)
    init(_ value: borrowing Value) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .integer, .double: self = .number
        case .date: self = .date
        case .string: self = .string
        case .bytes: self = .bytes
        case .array: self = .array
        case .object: self = .object
        }
    }

    @inline(__always)
    static func < (one: ValueClass, other: ValueClass) -> Bool { one.rawValue < other.rawValue }

    /// The least value of the kind, or of all kinds from it on.
    var least: Value {
        switch self {
        case .null: return .null
        case .bool: return .bool(false)
        case .number: return .double(-.infinity)
        case .date: return .date(Timestamp(microseconds: .min))
        case .string: return .string("")
        case .bytes: return .bytes([])
        case .array: return .array([])
        case .object: return .object([:])
        }
    }

    /// The kind after this one.
    var next: ValueClass? { ValueClass(rawValue: rawValue + 1) }
}

extension Value {
    /// Whether the value is a number that is none: no stored value equals it or is ordered against
    /// it.
    var isNaN: Bool {
        if case .double(let double) = self { return double.isNaN }
        return false
    }
}
