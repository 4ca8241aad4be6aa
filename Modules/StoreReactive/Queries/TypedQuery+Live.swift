public import StoreCore

extension TypedQuery {
    /// The records that match, in order, kept up to date from what changes.
    ///
    /// ```swift
    /// let open = orders.where { $0.status == .pending }.order(by: \.total, .descending).limit(20).live()
    /// for try await update in open { show(update.value, update.delta()) }
    /// ```
    ///
    /// - Parameter coalescing: how often results are made.
    /// - Returns: as ``StoreCore/Query/live(coalescing:)``; what `Model.init(row:)` throws of a record that is to be shown is
    ///   an error of the query.
    /// - Complexity: as ``StoreCore/Query/live(coalescing:)``.
    public func live(coalescing: Coalescing = .latest) -> Live<LiveList<Model>> {
        live(coalescing) { query in
            query.live("\(Model.self)", coalescing) { query in
                ListMaintainer(query) { try Model(row: Row($0)) }
            }
        }
    }

    /// What `aggregate` says of the records that match, kept up to date from what changes.
    ///
    /// ```swift
    /// let revenue = orders.where { $0.status == .paid }.live(.sum(\.total))
    /// ```
    ///
    /// - Parameters:
    ///   - aggregate: what is worked out.
    ///   - coalescing: how often.
    /// - Returns: as ``StoreCore/Query/live(_:coalescing:)``.
    public func live<Result>(
        _ aggregate: TypedLiveAggregate<Model, Result>, coalescing: Coalescing = .latest
    ) -> Live<Result> {
        live(coalescing) { $0.live(try aggregate.aggregate(), coalescing: coalescing) }
    }

    /// A page of the records after the place of a cursor, as it is at each time.
    ///
    /// - Parameters:
    ///   - cursor: the `nextCursor` of the page before; nil for the first page.
    ///   - limit: how many records to show at most.
    ///   - coalescing: how often.
    /// - Returns: as ``StoreCore/Query/livePage(after:limit:coalescing:)``.
    public func livePage(
        after cursor: Cursor? = nil, limit: Int, coalescing: Coalescing = .latest
    ) -> Live<TypedPage<Model>> {
        live(coalescing) { query in
            query.live(
                "page(\(limit)) after \(cursor?.description ?? "")", coalescing,
                TypedPage<Model>.isSame
            ) { try TypedPage($0.page(after: cursor, limit: limit)) }
        }
    }

    /// A page of the last records before the place of a cursor, as it is at each time; nil stands for the end.
    ///
    /// - Parameters:
    ///   - cursor: the `previousCursor` of the page that follows; nil for the last page.
    ///   - limit: how many records to show at most.
    ///   - coalescing: how often.
    /// - Returns: as ``StoreCore/Query/livePage(after:limit:coalescing:)``.
    public func livePage(
        before cursor: Cursor?, limit: Int, coalescing: Coalescing = .latest
    ) -> Live<TypedPage<Model>> {
        live(coalescing) { query in
            query.live(
                "page(\(limit)) before \(cursor?.description ?? "")", coalescing,
                TypedPage<Model>.isSame
            ) { try TypedPage($0.page(before: cursor, limit: limit)) }
        }
    }

    /// What is asked of the query by name; what is wrong with it is thrown when it is first used.
    private func live<Result>(
        _ coalescing: Coalescing, _ make: (Query) throws -> Live<Result>
    ) -> Live<Result> {
        do { return try make(try checked()) } catch { return Live(failing: error) }
    }
}

extension TypedPage {
    /// Whether two pages show the same.
    fileprivate static func isSame(_ one: TypedPage, _ other: TypedPage) -> Bool {
        Page.isSame(one.dynamic, other.dynamic)
    }
}
