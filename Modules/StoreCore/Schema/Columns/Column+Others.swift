extension Column {
    /// A column of booleans without any rule.
    public static var bool: Column { Column(.boolean) }

    /// A column of booleans.
    public static func bool(required: Bool = false, default: Default? = nil) -> Column {
        var column = Column(.boolean)
        column.isRequired = required
        column.default = `default`
        return column
    }

    /// A column of dates without any rule.
    public static var date: Column { Column(.date) }

    /// A column of points in time.
    ///
    /// Texts in ISO 8601 are taken, and become dates.
    public static func date(
        required: Bool = false, unique: Bool = false, default: Default? = nil,
        generated: Generated? = nil
    ) -> Column {
        var column = Column(.date)
        column.isRequired = required
        column.isUnique = unique
        column.default = `default`
        column.generated = generated
        return column
    }

    /// A column of lists without any rule.
    public static var array: Column { Column(.array) }

    /// A column of lists of any values.
    public static func array(required: Bool = false, default: Default? = nil) -> Column {
        var column = Column(.array)
        column.isRequired = required
        column.default = `default`
        return column
    }

    /// A column of lists with a number of elements, such as `1...`.
    public static func array(
        required: Bool = false, length: some Limits<Int>, default: Default? = nil
    ) -> Column {
        array(required: required, default: `default`).limited(length)
    }

    /// A column of objects without any rule.
    public static var object: Column { Column(.object) }

    /// A column of named values of any type.
    public static func object(required: Bool = false, default: Default? = nil) -> Column {
        var column = Column(.object)
        column.isRequired = required
        column.default = `default`
        return column
    }
}
