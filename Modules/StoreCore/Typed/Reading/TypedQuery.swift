/// A question to one bucket whose answers are typed records; see ``Query``, which it speaks through.
public struct TypedQuery<Model: StoreRecord>: Sendable {
    /// The same query for records with their fields by name.
    public private(set) var dynamic: Query
    private var fault: QueryError?

    init(_ query: Query) { dynamic = query }

    private func with(_ change: (Query) -> Query) -> Self {
        var query = self
        query.dynamic = change(dynamic)
        return query
    }

    private func failing(_ path: AnyKeyPath) -> Self {
        var query = self
        query.fault = fault ?? .unknown(path, Model.schema.name)
        return query
    }

    /// The query for records with their fields by name.
    ///
    /// - Throws: ``QueryError`` if a property that it asks for is no column.
    public func checked() throws -> Query {
        if let fault { throw fault }
        return dynamic
    }

    /// The column of a property.
    ///
    /// - Throws: ``QueryError`` if it, or a property that the query asks for, is no column.
    public func column(_ path: PartialKeyPath<Model>) throws(QueryError) -> String {
        if let fault { throw fault }
        guard let name = Model.schema.storage.name(of: path) else {
            throw .unknown(path, Model.schema.name)
        }
        return name
    }

    // MARK: Asking

    /// The same query for records that satisfy `predicate` too.
    public func `where`(_ predicate: (Properties<Model>) -> Predicate) -> Self {
        let properties = Properties<Model>()
        let predicate = predicate(properties)
        if let missing = properties.faults.missing { return failing(missing) }
        return with { $0.where(predicate) }
    }

    /// The same query in the order of a property, after the orders asked for before.
    ///
    /// Where case is ignored, texts that differ by nothing else are equal.
    public func order<Property: StoreValue>(
        by path: KeyPath<Model, Property>, _ direction: SortDirection = .ascending,
        ignoringCase: Bool = false
    ) -> Self {
        guard let name = Model.schema.storage.name(of: path) else { return failing(path) }
        return with { $0.order(by: name, direction, ignoringCase: ignoringCase) }
    }

    /// The same query for at most `count` records.
    public func limit(_ count: Int) -> Self { with { $0.limit(count) } }

    /// The same query without the first `count` records.
    public func offset(_ count: Int) -> Self { with { $0.offset(count) } }

    // MARK: Answers

    /// All records that match, in order.
    ///
    /// - Throws: as ``Query/all()``, and what `Model.init(row:)` throws.
    public func all() throws -> [Model] { try checked().all().map { try Model(row: Row($0)) } }

    /// All records that match, in order, with their metadata.
    ///
    /// - Throws: as `all()`.
    public func entries() throws -> [Entry<Model>] { try checked().all().map(Entry.init) }

    /// The first record that matches, if any.
    ///
    /// - Throws: as `all()`.
    public func first() throws -> Model? { try checked().first().map { try Model(row: Row($0)) } }

    /// Whether any record matches.
    ///
    /// - Throws: as ``Query/exists()``.
    public func exists() throws -> Bool { try checked().exists() }

    /// How many records match.
    ///
    /// - Throws: as ``Query/count()``.
    public func count() throws -> Int { try checked().count() }

    /// A page of records, after the place of a cursor.
    ///
    /// - Throws: as ``Query/page(after:limit:)``, and what `Model.init(row:)` throws.
    public func page(after cursor: Cursor? = nil, limit: Int) throws -> TypedPage<Model> {
        try TypedPage(checked().page(after: cursor, limit: limit))
    }

    /// A page of the last records before the place of a cursor; nil stands for the end.
    ///
    /// - Throws: as ``Query/page(before:limit:)``, and what `Model.init(row:)` throws.
    public func page(before cursor: Cursor?, limit: Int) throws -> TypedPage<Model> {
        try TypedPage(checked().page(before: cursor, limit: limit))
    }

    /// How the query is carried out.
    ///
    /// - Throws: as ``Query/explain()``.
    public func explain() throws -> Explanation { try checked().explain() }

    /// The exact sum of a number over the records that match; 0 for none.
    ///
    /// - Throws: ``QueryError`` if the sum does not fit the property's type; otherwise as ``Query/sum(_:)``.
    public func sum<Number: StoreValue & Numeric>(
        _ path: KeyPath<Model, Number>
    ) throws -> Number {
        let sum = try checked().sum(try Model.schema.field(summing: path))
        guard let number = Number(storeValue: sum) else {
            throw QueryError(
                reason: .overflow, message: "The sum \(sum) does not fit \(Number.self).")
        }
        return number
    }

    /// The exact mean of a number over the records that match, rounded once; nil for none.
    ///
    /// - Throws: as ``Query/mean(of:)``.
    public func avg<Number: StoreNumber>(_ path: KeyPath<Model, Number>) throws -> Number.Mean? {
        try checked().mean(of: try Model.schema.field(summing: path)).flatMap(
            Number.Mean.init(storeValue:))
    }

    /// The least value of a property among the records that match; nil for none.
    ///
    /// - Throws: as ``Query/min(_:)``.
    public func min<Property: StoreValue>(_ path: KeyPath<Model, Property>) throws -> Property? {
        try dynamic.min(try column(path)).flatMap(Property.init(storeValue:))
    }

    /// The greatest value of a property among the records that match; nil for none.
    ///
    /// - Throws: as ``Query/max(_:)``.
    public func max<Property: StoreValue>(_ path: KeyPath<Model, Property>) throws -> Property? {
        try dynamic.max(try column(path)).flatMap(Property.init(storeValue:))
    }

    /// The different values of a property among the records that match, in ascending order.
    ///
    /// - Throws: as ``Query/distinct(_:)``.
    public func distinct<Property: StoreValue>(
        _ path: KeyPath<Model, Property>
    ) throws -> [Property] {
        try dynamic.distinct(try column(path)).compactMap(Property.init(storeValue:))
    }
}

/// A page of typed records.
public struct TypedPage<Model: StoreRecord>: Sendable {
    /// The records, in order.
    public let records: [Model]
    /// Whether more records follow; for a page that was read backwards, whether any precede it.
    public let hasMore: Bool
    /// Where the next page goes on; nil if this page is empty.
    public let nextCursor: Cursor?
    /// Where the page before goes on, towards the beginning; nil if this page is empty.
    public let previousCursor: Cursor?
    /// The same page of records with their fields by name.
    public let dynamic: Page

    /// The same page, its records as instances.
    ///
    /// - Throws: what `Model.init(row:)` throws.
    public init(_ page: Page) throws {
        records = try page.records.map { try Model(row: Row($0)) }
        hasMore = page.hasMore
        nextCursor = page.nextCursor
        previousCursor = page.previousCursor
        dynamic = page
    }
}
