extension Int: StoreNumber {
    /// The type of the column.
    public static var columnType: ColumnType? { .integer }

    /// The number as a value.
    @inlinable
    public var storeValue: Value { .integer(Int64(self)) }

    /// Makes a whole number; nil when the value is no number, has a fraction, or does not fit.
    @inlinable
    public init?(storeValue: Value) {
        guard let int = storeValue.int else { return nil }
        self = int
    }
}

extension Int64: StoreNumber {
    /// The type of the column.
    public static var columnType: ColumnType? { .integer }

    /// The number as a value.
    @inlinable
    public var storeValue: Value { .integer(self) }

    /// Makes a whole number; nil when the value is no number, has a fraction, or does not fit.
    @inlinable
    public init?(storeValue: Value) {
        guard let int64 = storeValue.int64 else { return nil }
        self = int64
    }
}

extension UInt8: StoreNumber {
    /// The type of the column.
    public static var columnType: ColumnType? { .integer }

    /// The number as a value.
    ///
    /// An array of `UInt8` becomes bytes instead of a list of these.
    @inlinable
    public var storeValue: Value { .integer(Int64(self)) }

    /// Makes a whole number; nil when the value is no number, has a fraction, or does not fit.
    @inlinable
    public init?(storeValue: Value) {
        guard let byte = storeValue.int64.flatMap(UInt8.init(exactly:)) else { return nil }
        self = byte
    }
}

extension Double: StoreNumber {
    /// The type of the column.
    public static var columnType: ColumnType? { .number }

    /// The number as a value.
    @inlinable
    public var storeValue: Value { .double(self) }

    /// Makes a number, an integer beyond 2^53 rounded; nil when the value is none.
    @inlinable
    public init?(storeValue: Value) {
        guard let double = storeValue.double else { return nil }
        self = double
    }
}
