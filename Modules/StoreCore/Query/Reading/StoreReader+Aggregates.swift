extension StoreReader {
    /// The sum of a field over all records; what is no number is passed over, the sum of nothing is
    /// 0.
    ///
    /// - Throws: as ``Query/sum(_:)``.
    /// - Complexity: O(n).
    public func sum(_ field: String) throws -> Value { try query.sum(field) }

    /// The mean of a field over all records; what is no number is passed over.
    ///
    /// Nil for no numbers.
    ///
    /// - Throws: as ``Query/avg(_:)``.
    /// - Complexity: O(n).
    public func avg(_ field: String) throws -> Double? { try query.avg(field) }

    /// The least value of a field, of whatever type, null and missing aside.
    ///
    /// Nil for none.
    ///
    /// - Throws: as ``Query/min(_:)``.
    /// - Complexity: O(log n) if the field has an index, otherwise O(n).
    public func min(_ field: String) throws -> Value? { try query.min(field) }

    /// The greatest value of a field, of whatever type, null and missing aside.
    ///
    /// Nil for none.
    ///
    /// - Throws: as ``Query/max(_:)``.
    /// - Complexity: O(log n) if the field has an index, otherwise O(n).
    public func max(_ field: String) throws -> Value? { try query.max(field) }

    /// The different values of a field, in ascending order, null and missing aside.
    ///
    /// - Throws: as ``Query/distinct(_:)``.
    /// - Complexity: O(d log n) for d values if the field has an index, otherwise O(n + d log d).
    public func distinct(_ field: String) throws -> [Value] { try query.distinct(field) }

    /// All records, grouped by the values of `fields`.
    public func groupBy(_ fields: String...) -> GroupedQuery { query.groupBy(fields) }
}
