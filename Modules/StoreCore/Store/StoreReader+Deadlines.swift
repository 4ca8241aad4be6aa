// What upper modules need to expire and to evict. These reads are not recorded in read sets; in a draft they count as reads of the whole bucket.

extension StoreReader {
    /// The records whose deadline has passed at the reader's instant, which no other read shows, by deadline.
    ///
    /// - Parameter limit: at most so many; 0 or more.
    /// - Returns: the records, the earliest first.
    /// - Throws: `StoreError`, `QueryError` (negative limit).
    /// - Complexity: O(limit + log n).
    public func overdue(limit: Int = .max) throws -> [Record] {
        try expiring(through: nil, limit: limit)
    }

    /// The records whose deadline is not after `instant`, passed or not, by deadline.
    ///
    /// - Parameters:
    ///   - instant: the last deadline that counts.
    ///   - limit: at most so many; 0 or more.
    /// - Returns: the records, the earliest first.
    /// - Throws: `StoreError`, `QueryError` (negative limit).
    /// - Complexity: O(limit + log n).
    public func expiring(through instant: Timestamp, limit: Int = .max) throws -> [Record] {
        // The last instant of all is the deadline of what has none.
        try expiring(through: Swift.min(instant.microseconds, .max - 1), limit: limit)
    }

    private func expiring(through instant: Int64?, limit: Int) throws -> [Record] {
        try checkLimit(limit)
        return try source.withStored { view, now in
            let count = view.deadlines.rank(ofDeadlinesThrough: instant ?? now)
            var records: [Record] = []
            view.deadlines.scan(ranks: 0..<Swift.min(count, limit), ascending: true) { row in
                if let record = view.record(row: row) { records.append(Record(record.storage)) }
                return true
            }
            return records
        }
    }

    /// The earliest deadline of any stored record, passed or not; nil when none has one.
    ///
    /// - Parameter instant: only deadlines after this count; nil: all of them.
    /// - Returns: the deadline.
    /// - Throws: `StoreError`.
    /// - Complexity: O(log n).
    public func nextDeadline(after instant: Timestamp? = nil) throws -> Timestamp? {
        try source.withStored { view, _ in
            let deadline = view.nextDeadline(after: instant?.microseconds)
            return deadline == .max ? nil : Timestamp(microseconds: deadline)
        }
    }

    /// The records that were created first, whatever the bucket's order, overdue ones included.
    ///
    /// - Parameters:
    ///   - limit: at most so many; 0 or more.
    ///   - last: the record after which to go on, whether it is still there or not; nil: from the first on.
    /// - Returns: the records, the earliest first.
    /// - Throws: `StoreError`, `QueryError` (negative limit).
    /// - Complexity: O(limit + log n).
    public func oldest(limit: Int, after last: Record? = nil) throws -> [Record] {
        try checkLimit(limit)
        return try source.withStored { view, _ in
            var records: [Record] = []
            guard limit > 0 else { return records }
            let row = last.map { RecordRef($0.storage).row }
            view.scanRows(from: row, ascending: true) { record in
                records.append(Record(record.storage))
                return records.count < limit
            }
            return records
        }
    }

    /// How many records are stored, overdue ones included.
    ///
    /// - Throws: `StoreError`.
    /// - Complexity: O(1).
    public func storedCount() throws -> Int {
        try source.withStored { view, _ in view.count }
    }

    private func checkLimit(_ limit: Int) throws {
        if limit < 0 {
            throw QueryError(
                reason: .negativeLimit, message: "The limit is \(limit); it must be 0 or more.")
        }
    }
}

extension ReadSource {
    /// Runs `body` on the bucket as it is stored, overdue records included, and on the instant of the reads.
    func withStored<R>(_ body: (BucketView, Int64) throws -> R) throws -> R {
        switch kind {
        case .live(let store, let identity):
            let snapshot = try store.snapshot()
            return try ReadSource.stored(
                snapshot, snapshot.pin.root.bucket(identity), identity.reference.name, body)
        case .snapshot(let snapshot, let slot):
            return try ReadSource.stored(snapshot, snapshot.pin.root.bucket(slot), "", body)
        case .writer(let scope, let identity):
            return try scope.withStored(identity, body)
        }
    }

    private static func stored<R>(
        _ snapshot: Snapshot, _ node: BucketNode?, _ name: String,
        _ body: (BucketView, Int64) throws -> R
    ) throws -> R {
        guard let node else { throw StoreError(.bucketDropped(name)) }
        defer { withExtendedLifetime(snapshot) {} }
        return try body(BucketView(node, snapshot.state.seed), snapshot.instant.microseconds)
    }
}

extension WriterScope {
    /// The bucket of the version, without pending changes.
    func withStored<R>(
        _ identity: BucketIdentity, _ body: (BucketView, Int64) throws -> R
    ) throws -> R {
        try locked {
            try check()
            ground?.recorder?.noteAll(of: identity.reference)
            let ground = ground
            defer { withExtendedLifetime(ground) {} }
            let view = BucketView(try node(identity), store.state.seed)
            return try body(view, now.microseconds)
        }
    }
}
