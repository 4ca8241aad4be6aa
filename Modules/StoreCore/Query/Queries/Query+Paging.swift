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
        try page(cursor, limit, isBackward: false)
    }

    /// The records before a place in the order, at most the last `limit` of them.
    ///
    /// The same order, read towards its beginning: the records of the page are in order, and
    /// `page(before: page.previousCursor, limit:)` is the page before it. Nil begins at the end.
    ///
    /// ```swift
    /// let last = try users.order(by: "name").page(before: nil, limit: 20)
    /// let back = try users.order(by: "name").page(before: last.previousCursor, limit: 20)
    /// ```
    ///
    /// - Parameters:
    ///   - cursor: the `previousCursor` of the page that follows; nil for the last page.
    ///   - limit: how many records to return at most.
    /// - Returns: the page, whose `hasMore` tells whether records precede it.
    /// - Throws: as `page(after:limit:)`.
    /// - Complexity: as `page(after:limit:)`.
    public func page(before cursor: Cursor?, limit: Int) throws -> Page {
        try page(cursor, limit, isBackward: true)
    }

    private func page(_ cursor: Cursor?, _ limit: Int, isBackward: Bool) throws -> Page {
        try QueryError.check(limit: limit)
        guard !isWindowed else {
            throw QueryError(
                reason: .limitedPage,
                message:
                    "A query with a limit or an offset cannot be paged; give the page its limit.")
        }
        let more = limit == .max ? limit : limit + 1
        return try run(
            "page", limit: more, need: .asked, after: cursor, isBackward: isBackward, reading: .all
        ) { run in
            guard limit > 0 else { return (.empty, nil) }
            var records = run.records()
            // Whether more follow depends on the one more that was found, too.
            let seen = records.last.map { RecordRef($0.storage) }
            let hasMore = records.count > limit
            if hasMore {
                records.removeLast()
                run.execution.shown -= 1
            }
            if isBackward { records.reverse() }
            guard let first = records.first, let last = records.last else { return (.empty, nil) }
            let page = Page(
                records: records, hasMore: hasMore, nextCursor: run.cursor(of: last),
                previousCursor: run.cursor(of: first))
            return (page, hasMore ? seen : nil)
        }
    }
}

extension QueryRun {
    /// The cursor that stands at a record.
    fileprivate func cursor(of record: Record) -> Cursor {
        let record = RecordRef(record.storage)
        return Cursor(
            ordering.place(of: record), ordering.fingerprint,
            inDraft: DraftPlace(of: record, in: view))
    }
}

extension Page {
    fileprivate static let empty = Page(records: [], hasMore: false, nextCursor: nil)
}
