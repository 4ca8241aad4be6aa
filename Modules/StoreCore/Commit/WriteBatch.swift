/// Changes to be committed together: all of them, or none.
///
/// A batch is a value; nothing happens until it is given to `Store.commit(_:requiring:)`. Operations see the ones
/// before them; keys, unique values and the limits of policies are judged on the final state, so that values may
/// be swapped.
public struct WriteBatch: Sendable {
    var operations: [Operation] = []

    /// An empty batch.
    public init() {}

    /// How many operations have been added.
    public var count: Int { operations.count }
    /// Whether nothing has been added.
    public var isEmpty: Bool { operations.isEmpty }

    /// Whether the batch may change more records than fit a short commit.
    var mayTakeLong: Bool {
        count > VersionedState.inPlaceMax || operations.contains { $0.action.mayChangeMany }
    }

    private mutating func add(_ bucket: DynamicBucket, _ action: Operation.Action) {
        operations.append(Operation(bucket: bucket, action: action))
    }

    /// Inserts a record; its key must be new, or deleted earlier in the batch.
    public mutating func insert(
        _ fields: Fields, into bucket: DynamicBucket, expiresAt: Timestamp? = nil
    ) {
        add(bucket, .insert(fields, expiresAt: expiresAt))
    }

    /// Inserts a record, or merges the fields into the one that has its key.
    public mutating func upsert(_ fields: Fields, into bucket: DynamicBucket) {
        add(bucket, .upsert(fields, merging: fields))
    }

    /// Merges fields into a record, which must exist; nil clears a field.
    ///
    /// With `ifVersion`, the record must have this version.
    public mutating func update(
        _ key: some KeyConvertible, _ fields: Fields, in bucket: DynamicBucket,
        ifVersion version: Int? = nil
    ) {
        add(bucket, .update(key.storeKey, fields, version: version))
    }

    /// Changes a record, which must exist, by a closure.
    ///
    /// The closure runs under the writer lock.
    public mutating func update(
        _ key: some KeyConvertible, in bucket: DynamicBucket,
        _ change: @escaping @Sendable (inout Fields) throws -> Void
    ) {
        add(bucket, .mutate(key.storeKey, change))
    }

    /// Puts other fields in the place of all of a record's, which must exist.
    public mutating func replace(
        _ key: some KeyConvertible, with fields: Fields, in bucket: DynamicBucket,
        ifVersion version: Int? = nil
    ) {
        add(bucket, .replace(key.storeKey, fields, version: version))
    }

    /// Deletes a record, if there is one.
    ///
    /// Observers are told the reason. With `ifVersion`, the record must exist and have this version.
    public mutating func delete(
        _ key: some KeyConvertible, from bucket: DynamicBucket, reason: Change.Reason = .user,
        ifVersion version: Int? = nil
    ) {
        add(bucket, .delete(key.storeKey, reason, version: version))
    }

    /// Deletes a record, with reason `expired`, if it is overdue at the commit's instant.
    ///
    /// For sweepers: a record that was prolonged since `overdue(limit:)` listed it stays, and counts as none.
    public mutating func expire(_ key: some KeyConvertible, from bucket: DynamicBucket) {
        add(bucket, .expire(key.storeKey))
    }

    /// Adds to a number; an absent one counts as zero.
    ///
    /// Increments of one record commute.
    public mutating func increment(
        _ key: some KeyConvertible, _ field: String, by amount: Value = 1, in bucket: DynamicBucket
    ) {
        add(bucket, .increment(key.storeKey, field: field, by: amount))
    }

    /// Sets or takes away a record's deadline; the record must exist.
    public mutating func setDeadline(
        _ key: some KeyConvertible, _ deadline: Timestamp?, in bucket: DynamicBucket
    ) {
        add(bucket, .setDeadline(key.storeKey, deadline))
    }

    /// Merges fields into every record that satisfies `predicate`.
    public mutating func updateMany(
        where predicate: Predicate, _ fields: Fields, in bucket: DynamicBucket
    ) {
        add(bucket, .updateMatching(predicate, fields))
    }

    /// Deletes every record that satisfies `predicate`.
    public mutating func deleteMany(where predicate: Predicate, from bucket: DynamicBucket) {
        add(bucket, .deleteMatching(predicate))
    }

    /// Deletes every record, with reason `cleared`.
    public mutating func clear(_ bucket: DynamicBucket) { add(bucket, .clear) }
}

/// What a commit came to.
public struct CommitReceipt: Sendable {
    /// The commit's position; the current one if nothing was changed.
    public let position: Position
    /// For each operation of the batch, the record as the commit left it; nil for those that leave none, or many.
    public let records: [Record?]
    /// For each operation of the batch, how many records it changed.
    public let counts: [Int]
    /// What each operation left at its own moment, whatever came of it later in the commit.
    let made: [Record?]
}
