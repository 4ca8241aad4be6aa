/// What must be asked of nearly every value: plain memory that settles all but the rarer cases.
struct ColumnRule {
    let type: ColumnType
    let isRequired: Bool
    /// Whether updates leave the value as it is: a key's or a generated one.
    let isFixed: Bool
    /// How the store makes a value.
    let generated: Column.Generated?
    /// The cases of `Value` that need no closer look, one bit for each tag.
    private let tags: UInt16
    /// A text of no more bytes than this, and no fewer than `bytesMin`, is neither too long nor too
    /// short.
    private let bytesMax: Int
    private let bytesMin: Int

    init(_ column: Column, isKey: Bool) {
        type = column.type
        isRequired = column.isRequired || isKey
        isFixed = isKey || column.generated != nil
        generated = column.generated
        let isLimited = column.lengthMin != nil || column.lengthMax != nil
        let isConstrained =
            column.oneOf != nil || column.minimum != nil || column.maximum != nil
            || column.format != nil || column.pattern != nil || isLimited && column.type != .string
        // A text that is not empty has a character at least, and never more characters than bytes.
        let isCounted = (column.lengthMin ?? 0) > 1
        tags = isConstrained || isCounted ? 0 : ColumnRule.tags(of: column.type)
        bytesMin = column.lengthMin ?? 0
        bytesMax = column.lengthMax ?? .max
    }

    /// The tags of values that a column of this type holds as they are, nested ones left out.
    private static func tags(of type: ColumnType) -> UInt16 {
        switch type {
        case .string: 1 << ValueWords.stringTag
        case .number: 1 << ValueWords.integerTag | 1 << ValueWords.doubleTag
        case .integer: 1 << ValueWords.integerTag
        case .boolean: 1 << ValueWords.boolTag
        case .date: 1 << ValueWords.dateTag
        case .bytes: 1 << ValueWords.bytesTag
        case .array, .object: 0
        }
    }

    /// Whether the value can be stored as it is, without a closer look.
    @inline(__always)
    func admits(_ value: UnsafePointer<Value>) -> Bool {
        let tag = ValueWords.tag(value)
        guard tags & (1 << UInt16(tag)) != 0 else { return false }
        switch tag {
        case ValueWords.stringTag:
            let count = ValueWords.string(value).count
            return count >= bytesMin && count <= bytesMax
        case ValueWords.doubleTag:
            return Double(bitPattern: UInt64(bitPattern: ValueWords.payload(value))).isFinite
        default:
            return true
        }
    }
}
