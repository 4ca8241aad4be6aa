extension Query {
    /// The records after a place in the order, at most `limit`.
    ///
    /// ```swift
    /// var cursor: Cursor?
    /// repeat {
    ///     let page = try users.order(by: "name").page(after: cursor, limit: 100)
    ///     show(page.records)
    ///     cursor = page.nextCursor
    /// } while cursor != nil
    /// ```
    ///
    /// Each page shows the state of its own time. Records that stay where they are in the order are
    /// shown once; whether the one that a cursor was taken from still exists does not matter.
    ///
    /// - Parameters:
    ///   - cursor: the `nextCursor` of the page before; nil for the first page.
    ///   - limit: how many records to return at most. A page of none has no next one.
    /// - Returns: the page, and where the next one goes on.
    /// - Throws: ``QueryError`` if the limit is negative, if the cursor is malformed or belongs to
    ///   another bucket or order, or if the query has a limit or offset of its own; otherwise as
    ///   `all()`.
    /// - Complexity: O(log n + limit) at any depth if an index has the order, or for the bucket's
    ///   own order; O(n) otherwise.
    public func page(after cursor: Cursor? = nil, limit: Int) throws -> Page {
        try QueryError.check(limit: limit)
        guard !isWindowed else {
            throw QueryError(
                reason: .limitedPage,
                message:
                    "A query with a limit or an offset cannot be paged; give the page its limit.")
        }
        let more = limit == .max ? limit : limit + 1
        return try run(limit: more, need: .asked, after: cursor, reading: .all) { run in
            guard limit > 0 else {
                return (Page(records: [], hasMore: false, nextCursor: nil), nil)
            }
            var records = run.records()
            let hasMore = records.count > limit
            if hasMore { records.removeLast() }
            guard let last = records.last.map({ RecordRef($0.storage) }) else {
                return (Page(records: [], hasMore: false, nextCursor: nil), nil)
            }
            let cursor = Cursor(run.ordering.place(of: last), run.ordering.fingerprint)
            return (
                Page(records: records, hasMore: hasMore, nextCursor: cursor), hasMore ? last : nil
            )
        }
    }
}
