/// What must be asked of nearly every value, in three bytes: columns without further rules are
/// settled by it.
struct ColumnRule {
    let type: ColumnType
    let isRequired: Bool
    /// Whether a value of the right type may still be wrong.
    let isConstrained: Bool
    /// Whether updates leave the value as it is: a key's or a generated one.
    let isFixed: Bool

    init(_ column: Column, isKey: Bool) {
        type = column.type
        isRequired = column.isRequired || isKey
        isFixed = isKey || column.generated != nil
        isConstrained =
            column.oneOf != nil || column.minimum != nil || column.maximum != nil
            || column.lengthMin != nil || column.lengthMax != nil || column.format != nil
    }

    /// Whether the value can be stored as it is, without a closer look.
    @inline(__always)
    func admits(_ value: borrowing Value) -> Bool {
        if isConstrained { return false }
        switch value {
        case .string: return type == .string
        case .integer: return type == .integer || type == .number
        case .double(let number): return type == .number && number.isFinite
        case .bool: return type == .boolean
        case .date: return type == .date
        case .bytes: return type == .bytes
        case .null, .array, .object: return false
        }
    }
}
