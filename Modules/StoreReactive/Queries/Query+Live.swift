public import StoreCore

extension Query {
    /// The records that match, in order, kept up to date from what changes.
    ///
    /// ```swift
    /// let open = orders.where(["status": "open"]).order(by: "total", .descending).limit(20).live()
    /// for try await update in open { show(update.value, update.delta()) }
    /// ```
    ///
    /// It ends with `StoreError` (`bucketDropped`) when the bucket is dropped. Whoever asks for the same shares it.
    ///
    /// - Parameter coalescing: how often results are made.
    /// - Returns: the live query. What is wrong with it is thrown by its first use: ``LiveQueryError`` (`notLive`), what
    ///   `Query.all()` throws.
    /// - Complexity: O(log n) for a change that concerns the result, nothing otherwise; n records are kept, or, of a query
    ///   with a limit, as many as it asks for and some more. Where no index has the order, these are found by one scan of
    ///   the bucket now and then: when as many of them have left as there are more.
    public func live(coalescing: Coalescing = .latest) -> Live<LiveList<Record>> {
        live("", coalescing) { query in ListMaintainer(query) { $0 } }
    }

    /// What `aggregate` says of the records that match, kept up to date from what changes.
    ///
    /// ```swift
    /// let pending = orders.where(["status": "pending"]).live(.count)
    /// ```
    ///
    /// Of a query with a limit or an offset, all but the count is worked out anew when what it has read changes.
    ///
    /// - Parameters:
    ///   - aggregate: what is worked out.
    ///   - coalescing: how often.
    /// - Returns: as `live()`.
    public func live<Result>(
        _ aggregate: LiveAggregate<Result>, coalescing: Coalescing = .latest
    ) -> Live<Result> {
        if aggregate.maintainer(self) == nil {
            return live(aggregate.name, coalescing, isSameResult, aggregate.run)
        }
        // What is worked out over all of them does not depend on their order.
        return unordered().live(aggregate.name, coalescing) { query in
            aggregate.maintainer(query) ?? Maintainer()
        }
    }

    /// A page of the records after the place of a cursor, as it is at each time.
    ///
    /// It stays where it is: what is inserted or deleted before its place does not move it.
    ///
    /// - Parameters:
    ///   - cursor: the `nextCursor` of the page before; nil for the first page.
    ///   - limit: how many records to show at most.
    ///   - coalescing: how often.
    /// - Returns: as `live()`.
    /// - Complexity: as `Query.page(after:limit:)`, whenever a record of the page changes, or one that comes
    ///   to stand in it.
    public func livePage(
        after cursor: Cursor? = nil, limit: Int, coalescing: Coalescing = .latest
    ) -> Live<Page> {
        live("page(\(limit)) after \(cursor?.description ?? "")", coalescing, Page.isSame) {
            try $0.page(after: cursor, limit: limit)
        }
    }

    /// A page of the last records before the place of a cursor, as it is at each time; nil stands for the end.
    ///
    /// - Parameters:
    ///   - cursor: the `previousCursor` of the page that follows; nil for the last page.
    ///   - limit: how many records to show at most.
    ///   - coalescing: how often.
    /// - Returns: as `livePage(after:limit:)`.
    public func livePage(
        before cursor: Cursor?, limit: Int, coalescing: Coalescing = .latest
    ) -> Live<Page> {
        live("page(\(limit)) before \(cursor?.description ?? "")", coalescing, Page.isSame) {
            try $0.page(before: cursor, limit: limit)
        }
    }

    // MARK: Making

    /// A result that is kept up to date.
    func live<Result>(
        _ what: String, _ coalescing: Coalescing, isShared: Bool = true,
        _ maintainer: (Query) -> Maintainer<Result>
    ) -> Live<Result> {
        Live { hub, handle in
            let key = isShared ? QueryKey(self, what).nodeKey(for: Result.self, coalescing) : nil
            return try hub.join(handle.store, key) { id in
                ValueNode(
                    id, handle.name, description(what), coalescing, key,
                    MaintainedWork(QueryShape(self), of: handle.reference, maintainer(self)))
            }
        } of: {
            try handle()
        }
    }

    /// A result that is worked out anew when what it has read changes.
    func live<Result>(
        _ what: String, _ coalescing: Coalescing,
        _ isSame: @escaping @Sendable (Result, Result) -> Bool,
        _ run: @escaping @Sendable (Query) throws -> Result
    ) -> Live<Result> {
        Live { hub, handle in
            let key = QueryKey(self, what).nodeKey(for: Result.self, coalescing)
            // Neither the handle nor the query: both hold the store, which holds what is made here.
            let (shape, bucket) = (QueryShape(self), handle.reference)
            return try hub.join(handle.store, key) { id in
                ValueNode(
                    id, bucket.name, description(what), coalescing, key,
                    FunctionWork(
                        of: bucket.name, { try run(shape.reading(try $0.bucket(bucket))) }, isSame))
            }
        } of: {
            try handle()
        }
    }

    private func handle() throws -> DynamicBucket {
        if let handle = source.handle { return handle }
        let name = try PreparedQuery(self).bucket
        throw LiveQueryError(query: name, reason: .notLive)
    }

    /// The query in words.
    private func description(_ what: String) -> String {
        var words = what.isEmpty ? [] : [what]
        words.append("where \(predicate)")
        for ordering in orderings {
            words.append(
                "order by \(ordering.path)"
                    + (ordering.direction == .descending ? " descending" : ""))
        }
        if let limitAsked { words.append("limit \(limitAsked)") }
        if offsetAsked != 0 { words.append("offset \(offsetAsked)") }
        return words.joined(separator: " ")
    }
}

extension QueryContext {
    /// A bucket of the query's own store.
    ///
    /// - Throws: `StoreError` (`bucketDropped`).
    fileprivate func bucket(_ reference: BucketReference) throws -> TrackedReader {
        guard let bucket = try? run.snapshot.bucket(reference.name), bucket.reference == reference
        else {
            // The state may be one from before it was defined.
            run.noteAbsent(reference.name)
            throw StoreError(.bucketDropped(reference.name))
        }
        return bucket.tracked(by: run.recorder)
    }
}

/// By what two who ask for the same query value find one another.
private struct QueryKey: Hashable {
    private let bucket: BucketReference?
    private let predicate: Predicate
    private let orderings: [Ordering]
    private let limit: Int?
    private let offset: Int
    /// Names of fields are told apart by their bytes.
    private let what: [UInt8]

    init(_ query: Query, _ what: String) {
        bucket = query.source.handle?.reference
        predicate = query.predicate
        orderings = query.orderings
        limit = query.limitAsked
        offset = query.offsetAsked
        self.what = Array(what.utf8)
    }

    func nodeKey<Result>(for result: Result.Type, _ coalescing: Coalescing) -> NodeKey {
        NodeKey(
            body: ObjectIdentifier(result), parameters: AnyHashable(self), coalescing: coalescing)
    }
}

extension Page {
    /// Whether two pages show the same.
    static func isSame(_ one: Page, _ other: Page) -> Bool {
        one.hasMore == other.hasMore && one.nextCursor == other.nextCursor
            && one.previousCursor == other.previousCursor
            && one.records.elementsEqual(other.records) { $0.isIdentical(to: $1) }
    }
}
