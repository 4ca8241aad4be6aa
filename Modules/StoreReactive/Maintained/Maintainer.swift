import StoreCore

/// A query's result that is kept up to date from what has changed alone.
///
/// One run at a time works on it. After each, it is the result for the state at one position and the instant `asOf`:
/// records come and go with the changes that put them there and take them away, judged by their deadlines as of that
/// instant; then those go whose deadline has passed between it and the next. What a sweeper deletes later has been
/// taken out already, and is not taken out twice.
class Maintainer<Value: Sendable>: @unchecked Sendable {
    /// The fields that matter beside those of predicate and order.
    let fields: [String]
    /// Judges records; nil as long as nothing has been read.
    private(set) var prepared: PreparedQuery?
    private var asOf = Timestamp(microseconds: .min)
    /// The name of the bucket whose records match.
    private(set) var bucketName = ""
    /// How often all has been read anew.
    private(set) var loads = 0

    init(reading fields: [String] = []) { self.fields = fields }

    /// Reads all of it anew.
    ///
    /// - Throws: what reading throws; it has to be read anew then.
    final func load(
        _ query: Query, of bucket: SnapshotBucket, in snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws {
        prepared = nil
        loads += 1
        let made = try PreparedQuery(query.reading(bucket), reading: fields)
        asOf = snapshot.instant
        bucketName = bucket.reference.name
        try read(query.reading(bucket.tracked(by: recorder)), made, snapshot, recorder)
        prepared = made
    }

    /// Goes through what has been committed until the state of `snapshot`.
    ///
    /// - Returns: whether the result may be another one; nil if it has to be read anew.
    /// - Throws: what reading throws; it is read anew with the next change then.
    final func advance(
        through commits: [Commit], of bucket: SnapshotBucket, in snapshot: Snapshot
    ) throws -> Bool? {
        guard let prepared else { return nil }
        // Until all of it has been gone through, it is the result of no state.
        self.prepared = nil
        let mayDiffer = try follow(commits, of: bucket, in: snapshot, prepared)
        if mayDiffer != nil { self.prepared = prepared }
        return mayDiffer
    }

    private func follow(
        _ commits: [Commit], of bucket: SnapshotBucket, in snapshot: Snapshot,
        _ prepared: PreparedQuery
    ) throws -> Bool? {
        // Deadlines are judged forwards.
        if snapshot.instant < asOf { return nil }
        let reference = bucket.reference
        for commit in commits {
            let records = commit.records
            if records.count < commit.changes.count, redefines(commit, reference) { return nil }
            for change in records {
                if change.bucket == reference {
                    guard change.hasOldImage else { return nil }
                    let old = change.old.flatMap { counts($0, prepared) ? $0 : nil }
                    let new = change.new.flatMap { counts($0, prepared) ? $0 : nil }
                    if old != nil || new != nil { replace(old, by: new, prepared) }
                }
                guard relate(change) else { return nil }
            }
        }
        if snapshot.instant > asOf {
            for record in try passed(of: bucket, until: snapshot.instant)
            where prepared.matches(record) { replace(record, by: nil, prepared) }
            try relateDeadlines(in: snapshot)
            asOf = snapshot.instant
        }
        return try settle(prepared, snapshot)
    }

    private func counts(_ record: Record, _ prepared: PreparedQuery) -> Bool {
        record.expiresAt.map { $0 > asOf } ?? true && prepared.matches(record)
    }

    private func redefines(_ commit: Commit, _ bucket: BucketReference) -> Bool {
        commit.changes.prefix(commit.changes.count - commit.records.count).contains {
            switch $0 {
            case .bucketDefined(let definition), .bucketUpdated(let definition):
                definition.reference == bucket || relates(to: definition.name)
            case .bucketDropped(let dropped): dropped == bucket || relates(to: dropped.name)
            case .autoincrement, .record: false
            }
        }
    }

    /// The records whose deadline has passed after `asOf`, and not later than at `instant`.
    final func passed(of bucket: SnapshotBucket, until instant: Timestamp) throws -> [Record] {
        guard let next = try bucket.nextDeadline(after: asOf), next <= instant else { return [] }
        return try bucket.expiring(through: instant).filter { record in
            record.expiresAt.map { $0 > asOf } ?? false
        }
    }

    // MARK: What kinds of results differ in

    /// Reads all matching records anew; reads of `query` are recorded.
    func read(
        _ query: Query, _ prepared: PreparedQuery, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws { fatalError("a result is of a kind") }

    /// A matching record has taken the place of another; nil: there was none, or is none.
    func replace(_ old: Record?, by new: Record?, _ prepared: PreparedQuery) {
        fatalError("a result is of a kind")
    }

    /// A record of any bucket has changed; false if all has to be read anew.
    func relate(_ change: Change) -> Bool { true }

    /// Deadlines of records of other buckets may have passed.
    func relateDeadlines(in snapshot: Snapshot) throws {}

    /// Whether the definition of another bucket matters.
    func relates(to bucket: String) -> Bool { false }

    /// All changes have been gone through: whether the result may be another one; nil if it has to be read anew.
    func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) throws -> Bool? {
        fatalError("a result is of a kind")
    }

    /// The result.
    func value() throws -> Value { fatalError("a result is of a kind") }

    /// Whether two results are the same.
    func isSame(_ one: Value, _ other: Value) -> Bool { fatalError("a result is of a kind") }
}
