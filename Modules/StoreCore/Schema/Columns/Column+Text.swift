extension Column {
    /// A text column without any rule.
    public static var string: Column { Column(.string) }

    /// A text column.
    ///
    /// - Parameters:
    ///   - required: whether a record must have a value.
    ///   - oneOf: the only texts allowed.
    ///   - format: what the text must be.
    ///   - pattern: what some part of the text must match; see ``Column/pattern``.
    ///   - unique: whether no two records may have the same value.
    ///   - references: the bucket whose keys the values are; for information.
    ///   - default: what a record gets on insertion when it lacks the field.
    ///   - generated: how the store makes a value when the record lacks the field: `.uuid`,
    ///     `.uuid7` or `.cuid2` for a text.
    /// - Returns: the column.
    public static func string(
        required: Bool = false, oneOf: [String]? = nil, format: Format? = nil,
        pattern: String? = nil, unique: Bool = false,
        references: String? = nil, default: Default? = nil, generated: Generated? = nil
    ) -> Column {
        var column = Column(.string)
        column.isRequired = required
        column.oneOf = oneOf?.map(Value.string)
        column.format = format
        column.pattern = pattern
        column.isUnique = unique
        column.references = references
        column.default = `default`
        column.generated = generated
        return column
    }

    /// A text column with a length in characters, such as `1...100` or `...280`.
    public static func string(
        required: Bool = false, length: some Limits<Int>, oneOf: [String]? = nil,
        format: Format? = nil, pattern: String? = nil,
        unique: Bool = false, references: String? = nil, default: Default? = nil,
        generated: Generated? = nil
    ) -> Column {
        string(
            required: required, oneOf: oneOf, format: format, pattern: pattern, unique: unique,
            references: references,
            default: `default`, generated: generated
        ).limited(length)
    }

    /// A column of bytes without any rule.
    public static var bytes: Column { Column(.bytes) }

    /// A column of bytes.
    ///
    /// The store can make them as `.uuid` or `.uuid7`.
    public static func bytes(
        required: Bool = false, unique: Bool = false, references: String? = nil,
        default: Default? = nil, generated: Generated? = nil
    ) -> Column {
        var column = Column(.bytes)
        column.isRequired = required
        column.isUnique = unique
        column.references = references
        column.default = `default`
        column.generated = generated
        return column
    }

    /// A column of bytes with a length, such as `32...32`.
    public static func bytes(
        required: Bool = false, length: some Limits<Int>, unique: Bool = false,
        references: String? = nil,
        default: Default? = nil
    ) -> Column {
        bytes(required: required, unique: unique, references: references, default: `default`)
            .limited(length)
    }

    /// The same column with a length.
    func limited(_ length: some Limits<Int>) -> Column {
        var column = self
        column.lengthMin = length.lowest
        column.lengthMax = length.highest
        return column
    }
}
