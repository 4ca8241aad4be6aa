extension FieldExpression {
    private func compare(
        _ comparison: Predicate.Comparison, _ value: some StoreValue
    ) -> Predicate {
        Predicate(.compare(path, comparison, value.storeValue))
    }

    /// The field equals `value`; nil means that it is null or missing.
    public static func == (field: FieldExpression, value: some StoreValue) -> Predicate {
        field.compare(.equal, value)
    }

    /// The field equals `value`; nil means that it is null or missing.
    public static func == (field: FieldExpression, value: Value) -> Predicate {
        field.compare(.equal, value)
    }

    /// The field does not equal `value`; null and missing do not equal anything but nil.
    public static func != (field: FieldExpression, value: some StoreValue) -> Predicate {
        field.compare(.notEqual, value)
    }

    /// The field does not equal `value`; null and missing do not equal anything but nil.
    public static func != (field: FieldExpression, value: Value) -> Predicate {
        field.compare(.notEqual, value)
    }

    /// The field is of the same kind as `value` and less.
    public static func < (field: FieldExpression, value: some StoreValue) -> Predicate {
        field.compare(.less, value)
    }

    /// The field is of the same kind as `value` and less.
    public static func < (field: FieldExpression, value: Value) -> Predicate {
        field.compare(.less, value)
    }

    /// The field is of the same kind as `value` and not greater.
    public static func <= (field: FieldExpression, value: some StoreValue) -> Predicate {
        field.compare(.lessOrEqual, value)
    }

    /// The field is of the same kind as `value` and not greater.
    public static func <= (field: FieldExpression, value: Value) -> Predicate {
        field.compare(.lessOrEqual, value)
    }

    /// The field is of the same kind as `value` and greater.
    public static func > (field: FieldExpression, value: some StoreValue) -> Predicate {
        field.compare(.greater, value)
    }

    /// The field is of the same kind as `value` and greater.
    public static func > (field: FieldExpression, value: Value) -> Predicate {
        field.compare(.greater, value)
    }

    /// The field is of the same kind as `value` and not less.
    public static func >= (field: FieldExpression, value: some StoreValue) -> Predicate {
        field.compare(.greaterOrEqual, value)
    }

    /// The field is of the same kind as `value` and not less.
    public static func >= (field: FieldExpression, value: Value) -> Predicate {
        field.compare(.greaterOrEqual, value)
    }
}

extension FieldExpression {
    /// The field is null or missing.
    public var isNull: Predicate { Predicate(.compare(path, .equal, .null)) }

    /// The field equals one of `values`; a nil among them means null or missing.
    ///
    /// No values: no record.
    ///
    /// - Complexity: O(k) for k values; a record is tested in O(log k).
    public func isIn(_ values: some Sequence<some StoreValue>) -> Predicate {
        Predicate(.isIn(path, values.map(\.storeValue)))
    }

    /// The field equals one of `values`; a nil among them means null or missing.
    ///
    /// No values: no record.
    ///
    /// - Complexity: O(1); a record is tested in O(log k) for k values.
    public func isIn(_ values: [Value]) -> Predicate { Predicate(.isIn(path, values)) }

    /// The field is of the bounds' kind, not less than `lower` and not greater than `upper`.
    ///
    /// Bounds of two kinds, or in the wrong order, hold for no record.
    public func between(
        _ lower: some StoreValue, _ upper: some StoreValue
    ) -> Predicate {
        Predicate(.between(path, lower.storeValue, upper.storeValue))
    }

    /// The field is a string that begins with the UTF-8 bytes of `prefix`, their case aside if it is
    /// to be ignored; every string begins with the empty one.
    public func hasPrefix(_ prefix: String, ignoringCase: Bool = false) -> Predicate {
        Predicate(
            ignoringCase
                ? .hasPrefixFolded(path, ByteString(foldingCase(prefix)))
                : .hasPrefix(path, ByteString(prefix)))
    }

    /// The field is a string that equals `value`, their case aside if it is to be ignored.
    public func equals(_ value: String, ignoringCase: Bool) -> Predicate {
        ignoringCase ? isIn([value], ignoringCase: true) : self == value
    }

    /// The field is a string that equals one of `values`, their case aside if it is to be ignored.
    ///
    /// - Complexity: O(k) for k values; a record is tested in O(log k).
    public func isIn(_ values: some Sequence<String>, ignoringCase: Bool) -> Predicate {
        guard ignoringCase else { return isIn(values) }
        return Predicate(.isInFolded(path, values.map { ByteString(foldingCase($0)) }))
    }

    /// The field is a string that contains the UTF-8 bytes of the string `value`, or an array with
    /// an element that equals `value`.
    public func contains(_ value: some StoreValue) -> Predicate {
        Predicate(.contains(path, value.storeValue))
    }

    /// The field is an array with an element that equals `value`, or a string that contains it.
    public func contains(_ value: Value) -> Predicate { Predicate(.contains(path, value)) }
}
