/// A question to one bucket: which records, in which order, how many.
///
/// A query is a value. Making one reads nothing; `all()`, `first()`, `count()`, `page(…)` and the
/// other terminal methods run it, each against the reader's state as it is then, at one position
/// and instant.
///
/// ```swift
/// try users.where(.field("age") >= 18).order(by: "name").limit(10).all()
/// try users.where(["role": "admin"]).count()
/// ```
///
/// Without an order, records come in the bucket's order: as they were inserted, or by key. Records
/// that are equal in every step of an order come as they were inserted. The result never depends on
/// which indexes there are.
public struct Query: Sendable {
    /// Where the reads go.
    public private(set) var source: ReadSource
    /// What records must satisfy.
    public private(set) var predicate: Predicate
    /// The steps of the order; empty for the bucket's own.
    public private(set) var orderings: [Ordering] = []
    /// How many records are asked for at most; nil: all.
    public private(set) var limitAsked: Int?
    /// How many of the first records are left out.
    public private(set) var offsetAsked = 0

    init(_ source: ReadSource, _ predicate: Predicate = .all) {
        self.source = source
        self.predicate = predicate
    }

    /// The same query for records that satisfy `predicate` too.
    public func `where`(_ predicate: Predicate) -> Query {
        var query = self
        query.predicate = query.predicate && predicate
        return query
    }

    /// The same query for records whose fields equal `fields` too; nil asks for null or missing.
    ///
    /// See ``Predicate/init(_:)``.
    public func `where`(_ fields: Fields) -> Query { self.where(Predicate(fields)) }

    /// The same query, in the order of `field`; after the orders asked for before, between records
    /// that are equal in those.
    ///
    /// Null and missing come first, descending last. Dots lead into objects: `"address.city"`. Where
    /// case is ignored, texts that differ by nothing else are equal.
    public func order(
        by field: String, _ direction: SortDirection = .ascending, ignoringCase: Bool = false
    ) -> Query {
        order(by: [Ordering(.reading(field), direction, ignoringCase: ignoringCase)])
    }

    /// The same query, in the order of `orderings`, after the orders asked for before.
    public func order(by orderings: [Ordering]) -> Query {
        var query = self
        query.orderings = query.orderings.isEmpty ? orderings : query.orderings + orderings
        return query
    }

    /// The same query for at most `count` records.
    ///
    /// A negative count is an error when the query is run.
    public func limit(_ count: Int) -> Query {
        var query = self
        query.limitAsked = count
        return query
    }

    /// The same query without the first `count` records.
    ///
    /// A negative count is an error when the query is run.
    public func offset(_ count: Int) -> Query {
        var query = self
        query.offsetAsked = count
        return query
    }

    /// The same query of another reader: of a snapshot's bucket, say, or with its reads tracked.
    public func reading(_ reader: some StoreReader) -> Query { reading(reader.source) }

    /// The same query without its limit and offset.
    public func unlimited() -> Query {
        var query = self
        query.limitAsked = nil
        query.offsetAsked = 0
        return query
    }

    /// The same query without its order, in that of the bucket.
    public func unordered() -> Query {
        var query = self
        query.orderings = []
        return query
    }

    /// The same query of another source.
    func reading(_ source: ReadSource) -> Query {
        var query = self
        query.source = source
        return query
    }

    /// Whether the query asks for a part of the matching records by number.
    var isWindowed: Bool { limitAsked != nil || offsetAsked != 0 }

    /// The part of the matching records that is asked for.
    ///
    /// - Throws: ``QueryError`` if a limit or an offset is negative.
    func window(limit: Int? = nil) throws(QueryError) -> ResultWindow {
        guard offsetAsked >= 0 else {
            throw QueryError(
                reason: .negativeOffset,
                message: "The offset is \(offsetAsked); it must be 0 or more.")
        }
        if let limitAsked { try QueryError.check(limit: limitAsked) }
        return ResultWindow(
            skip: offsetAsked, limit: Swift.min(limitAsked ?? .max, limit ?? .max))
    }
}

extension QueryError {
    static func check(limit: Int) throws(QueryError) {
        guard limit < 0 else { return }
        throw QueryError(
            reason: .negativeLimit, message: "The limit is \(limit); it must be 0 or more.")
    }
}
