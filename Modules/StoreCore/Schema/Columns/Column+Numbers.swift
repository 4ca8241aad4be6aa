extension Column {
    /// A column of whole numbers without any rule.
    public static var integer: Column { Column(.integer) }

    /// A column of whole numbers of 64 bits.
    ///
    /// A double that is a whole number is taken and becomes an integer.
    ///
    /// - Parameters:
    ///   - required: whether a record must have a value.
    ///   - oneOf: the only numbers allowed.
    ///   - unique: whether no two records may have the same value.
    ///   - references: the bucket whose keys the values are; for information.
    ///   - default: what a record gets on insertion when it lacks the field.
    ///   - generated: how the store makes a value when the record lacks the field.
    /// - Returns: the column.
    public static func integer(
        required: Bool = false, oneOf: [Int]? = nil, unique: Bool = false,
        references: String? = nil,
        default: Default? = nil, generated: Generated? = nil
    ) -> Column {
        var column = Column(.integer)
        column.isRequired = required
        column.oneOf = oneOf?.map { .integer(Int64($0)) }
        column.isUnique = unique
        column.references = references
        column.default = `default`
        column.generated = generated
        return column
    }

    /// A column of whole numbers within a range, ends included, such as `0...` or `1...5`.
    public static func integer(
        required: Bool = false, range: some Limits<Int>, oneOf: [Int]? = nil, unique: Bool = false,
        references: String? = nil, default: Default? = nil, generated: Generated? = nil
    ) -> Column {
        var column = integer(
            required: required, oneOf: oneOf, unique: unique, references: references,
            default: `default`,
            generated: generated)
        column.minimum = range.lowest.map { .integer(Int64($0)) }
        column.maximum = range.highest.map { .integer(Int64($0)) }
        return column
    }

    /// A column of numbers without any rule.
    public static var number: Column { Column(.number) }

    /// A column of numbers: integers and doubles, each kept as it is.
    ///
    /// NaN and infinities are refused.
    ///
    /// - Parameters:
    ///   - required: whether a record must have a value.
    ///   - oneOf: the only numbers allowed.
    ///   - unique: whether no two records may have the same value.
    ///   - references: the bucket whose keys the values are; for information.
    ///   - default: what a record gets on insertion when it lacks the field.
    ///   - generated: how the store makes a value when the record lacks the field.
    /// - Returns: the column.
    public static func number(
        required: Bool = false, oneOf: [Double]? = nil, unique: Bool = false,
        references: String? = nil,
        default: Default? = nil, generated: Generated? = nil
    ) -> Column {
        var column = Column(.number)
        column.isRequired = required
        column.oneOf = oneOf?.map(Value.double)
        column.isUnique = unique
        column.references = references
        column.default = `default`
        column.generated = generated
        return column
    }

    /// A column of numbers within a range, ends included, such as `0...` or `-90...90`.
    public static func number(
        required: Bool = false, range: some Limits<Double>, oneOf: [Double]? = nil,
        unique: Bool = false,
        references: String? = nil, default: Default? = nil, generated: Generated? = nil
    ) -> Column {
        var column = number(
            required: required, oneOf: oneOf, unique: unique, references: references,
            default: `default`,
            generated: generated)
        column.minimum = range.lowest.map(Value.double)
        column.maximum = range.highest.map(Value.double)
        return column
    }
}
