/// A query whose records come with those that they are related to, by columns that refer to other buckets.
///
/// ```swift
/// for (order, customer) in try orders.order(by: "date").with("customerID").all() { … }  // Record, Record?
/// for (customer, orders) in try customers.query.with("orders", by: "customerID").all() { … }  // Record, [Record]
/// for ((order, customer), employee) in try orders.where { $0.total > 100 }
///     .with(\.customerID, Customer.self).with(\.employeeID, Employee.self).all()
/// { … }  // Order, Customer?, Employee?
/// ```
///
/// The rows are the query's records, in its order and within its limit. Each is a pair: the `record`, and as `related`
/// the record that a column leads to, nil if it is null or leads nowhere, or the list of the records that refer to this
/// one, in the order of their bucket. A second `with` pairs these pairs once more. Everything is read at one position
/// and one instant. Whoever tracks what has been read notes the related records too, absent ones included.
///
/// A column has to be declared as a reference, enforced or not: ``Column/references`` is what is followed.
public struct RelatedQuery<Base: Sendable, Element: Sendable>: Sendable {
    private let query: @Sendable () throws -> Query
    private let relation: Relation<Element>

    /// - Parameters:
    ///   - query: the query; throws what is wrong with it.
    ///   - rows: makes rows of its records.
    init(_ query: @escaping @Sendable () throws -> Query, _ rows: Relation<Element>) {
        self.query = query
        relation = rows
    }

    /// The same query with one more relation.
    func adding<More>(
        _ relation: Relation<More>
    ) -> RelatedQuery<Base, (record: Element, related: More)> {
        RelatedQuery<Base, (record: Element, related: More)>(
            query, self.relation.paired(with: relation))
    }

    /// All records that match, in order, with what they are related to.
    ///
    /// - Throws: as ``Query/all()``; ``QueryError`` (`noReference`, `unknownField`) if a column does not refer to the
    ///   bucket asked for, and `StoreError` (`bucketNotDefined`) if there is no such bucket.
    /// - Complexity: that of ``Query/all()`` for m records, and O(m + d log n) for d different values of a column that
    ///   are looked up. For the records that refer to these: one query, O(m log n + r) for r of them by an index that
    ///   begins with the column, otherwise one scan of their bucket.
    public func all() throws -> [Element] {
        let (query, rows) = try prepared()
        return try rows(query.all())
    }

    /// The first record that matches, if any, with what it is related to.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: as `all()`, for one record.
    public func first() throws -> Element? {
        let (query, rows) = try prepared()
        return try query.first().flatMap { try rows([$0]).first }
    }

    /// A page of records after the place of a cursor, with what they are related to.
    ///
    /// - Returns: the rows, and the page of their records, with the cursors to go on with.
    /// - Throws: as ``Query/page(after:limit:)`` and `all()`.
    /// - Complexity: as ``Query/page(after:limit:)`` and `all()`, for the records of the page.
    public func page(
        after cursor: Cursor? = nil, limit: Int
    ) throws -> (rows: [Element], page: Page) {
        let (query, rows) = try prepared()
        let page = try query.page(after: cursor, limit: limit)
        return (try rows(page.records), page)
    }

    /// A page of the last records before the place of a cursor, with what they are related to; nil stands for the end.
    ///
    /// - Returns: as `page(after:limit:)`.
    /// - Throws: as `page(after:limit:)`.
    /// - Complexity: as `page(after:limit:)`.
    public func page(before cursor: Cursor?, limit: Int) throws -> (rows: [Element], page: Page) {
        let (query, rows) = try prepared()
        let page = try query.page(before: cursor, limit: limit)
        return (try rows(page.records), page)
    }

    /// The query whose records the rows begin with.
    ///
    /// - Throws: ``QueryError`` if it asks for a property that is no column.
    public func base() throws -> Query { try query() }

    /// What makes rows of records, with what `reader` reads; of one state, if that reads one.
    ///
    /// - Throws: as `all()`.
    public func rows(reading reader: some StoreReader) throws -> RelatedRows<Element> {
        try relation.prepare(reader.source)
    }

    /// The same as `rows(reading:)`, for whom must not hold the query: a handle's holds its store.
    public var rows: @Sendable (any StoreReader) throws -> RelatedRows<Element> {
        { [relation] in try relation.prepare($0.source) }
    }

    /// The query at one position and one instant, and what makes rows of its records at the same.
    private func prepared() throws -> (query: Query, rows: RelatedRows<Element>) {
        let query = try query()
        let source = try query.source.fixed()
        return (query.reading(source), try relation.prepare(source))
    }
}

extension Query {
    /// The same query, each record with the one that `field` refers to.
    ///
    /// Call it again for another field: `orders.query.with("customerID").with("employeeID")`.
    public func with(_ field: String) -> RelatedQuery<Record, (record: Record, related: Record?)> {
        RelatedQuery({ self }, Relation.each { $0 }.paired(with: .record(field)))
    }

    /// The same query, each record with those of `bucket` whose `field` refers to it.
    public func with(
        _ bucket: String, by field: String
    ) -> RelatedQuery<Record, (record: Record, related: [Record])> {
        RelatedQuery({ self }, Relation.each { $0 }.paired(with: .records(bucket, field)))
    }
}

extension RelatedQuery where Base == Record {
    /// The same query, each record with the one that `field` refers to, too.
    public func with(_ field: String) -> RelatedQuery<Base, (record: Element, related: Record?)> {
        adding(.record(field))
    }

    /// The same query, each record with those of `bucket` whose `field` refers to it, too.
    public func with(
        _ bucket: String, by field: String
    ) -> RelatedQuery<Base, (record: Element, related: [Record])> {
        adding(.records(bucket, field))
    }
}
