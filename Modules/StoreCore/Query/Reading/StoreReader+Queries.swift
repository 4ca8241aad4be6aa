extension StoreReader {
    /// A query for all records of the bucket.
    public var query: Query { Query(source) }

    /// A query for the records that satisfy `predicate`.
    public func `where`(_ predicate: Predicate) -> Query { Query(source, predicate) }

    /// A query for the records whose fields equal `fields`; nil asks for null or missing, no fields
    /// for all records.
    public func `where`(_ fields: Fields) -> Query { Query(source, Predicate(fields)) }

    /// A query for all records in the order of `field`.
    ///
    /// Dots lead into objects.
    public func order(
        by field: String, _ direction: SortDirection = .ascending, ignoringCase: Bool = false
    ) -> Query {
        query.order(by: field, direction, ignoringCase: ignoringCase)
    }

    /// A query for all records in the order of `orderings`.
    public func order(by orderings: [Ordering]) -> Query { query.order(by: orderings) }

    /// How many records satisfy `predicate`.
    ///
    /// - Throws: as ``Query/count()``.
    /// - Complexity: as ``Query/count()``.
    public func count(where predicate: Predicate) throws -> Int {
        try self.where(predicate).count()
    }

    /// How many records have fields that equal `fields`.
    ///
    /// - Throws: as ``Query/count()``.
    /// - Complexity: as ``Query/count()``.
    public func count(where fields: Fields) throws -> Int { try self.where(fields).count() }

    /// A page of the bucket's records, in the bucket's order.
    ///
    /// - Throws: as ``Query/page(after:limit:)``.
    /// - Complexity: O(log n + limit) at any depth.
    public func page(after cursor: Cursor? = nil, limit: Int) throws -> Page {
        try query.page(after: cursor, limit: limit)
    }

    /// A page of the last records before the place of a cursor; nil stands for the end.
    ///
    /// - Throws: as ``Query/page(before:limit:)``.
    /// - Complexity: O(log n + limit) at any depth.
    public func page(before cursor: Cursor?, limit: Int) throws -> Page {
        try query.page(before: cursor, limit: limit)
    }

    /// How all records of the bucket are read.
    ///
    /// - Throws: as ``Query/all()``.
    /// - Complexity: O(n).
    public func explain() throws -> Explanation { try query.explain() }
}
