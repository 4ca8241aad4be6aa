extension Predicate {
    /// Whether `record` satisfies the predicate.
    ///
    /// For one record. A query over many prepares the predicate once.
    ///
    /// - Throws: ``QueryError`` if the predicate is nested too deep, or names a field that the
    ///   record's strict bucket does not declare.
    /// - Complexity: O(size of the predicate).
    public func matches(_ record: Record) throws(QueryError) -> Bool {
        let layout = record.storage.header.layout
        return try PredicateCompiler.compile(self, for: layout).matches(RecordRef(record.storage))
    }
}
