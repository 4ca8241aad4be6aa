import StoreCore

/// What a query asks for, of whatever bucket: it holds no store, as a handle's query does.
struct QueryShape: Sendable {
    private let predicate: Predicate
    private let orderings: [Ordering]
    private let limit: Int?
    private let offset: Int

    init(_ query: Query) {
        predicate = query.predicate
        orderings = query.orderings
        limit = query.limitAsked
        offset = query.offsetAsked
    }

    /// The query of a reader.
    func reading(_ reader: some StoreReader) -> Query {
        var query = reader.where(predicate)
        if !orderings.isEmpty { query = query.order(by: orderings) }
        if let limit { query = query.limit(limit) }
        if offset != 0 { query = query.offset(offset) }
        return query
    }
}
