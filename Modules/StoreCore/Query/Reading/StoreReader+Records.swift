extension StoreReader {
    /// The record with `key`, or nil if there is none.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    /// - Complexity: O(log n), no allocation.
    public func get(_ key: some KeyConvertible) throws -> Record? {
        try source.look(key.storeKey, reading: .all) { $0.map { Record($0.storage) } }
    }

    /// Whether there is a record with `key`.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    /// - Complexity: O(log n), no allocation.
    public func contains(_ key: some KeyConvertible) throws -> Bool {
        try source.look(key.storeKey, reading: .none) { $0 != nil }
    }

    /// All records, in the bucket's order.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    /// - Complexity: O(n).
    public func all() throws -> [Record] { try query.all() }

    /// The number of records.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    /// - Complexity: O(1).
    public func count() throws -> Int {
        guard source.recorder == nil else { return try query.count() }
        return try source.withView { view, _ in view.count }
    }

    /// The first record in the bucket's order, or nil if there is none.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    /// - Complexity: O(log n).
    public func first() throws -> Record? { try query.first() }

    /// The first `count` records in the bucket's order; all if there are fewer.
    ///
    /// - Throws: ``QueryError`` if `count` is negative; `StoreError` if the store has stopped or
    ///   the bucket is gone.
    /// - Complexity: O(log n + count).
    public func first(_ count: Int) throws -> [Record] { try query.first(count) }

    /// The last record in the bucket's order, or nil if there is none.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    /// - Complexity: O(log n).
    public func last() throws -> Record? { try last(1).last }

    /// The last `count` records, in the bucket's order; all if there are fewer.
    ///
    /// - Throws: ``QueryError`` if `count` is negative; `StoreError` if the store has stopped or
    ///   the bucket is gone.
    /// - Complexity: O(log n + count).
    public func last(_ count: Int) throws -> [Record] {
        try QueryError.check(limit: count)
        return try query.lastRecords(count)
    }
}

extension ReadSource {
    /// Looks up a record, and records that if reads are recorded.
    @inline(__always)
    func look<R>(
        _ key: Key, reading fields: FieldMask, _ body: (RecordRef?) throws -> R
    ) throws -> R {
        guard recorder != nil else { return try withRecord(key, body) }
        if case .writer(let scope, let identity) = kind {
            return try scope.look(identity, key, reading: fields, recorder, body)
        }
        return try withView { view, recorder in
            recorder?.note(key, in: view.reference, reading: fields)
            return try body(view.record(forKey: key))
        }
    }
}
