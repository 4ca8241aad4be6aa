/// A rule of one bucket that adds to the commits that touch it, or refuses them.
///
/// A policy is a pure function of what it is shown: it may run several times for one commit, since what policies
/// add is shown to policies again until nothing more is added.
public protocol WritePolicy: Sendable {
    /// Judges the pending net changes to the policy's bucket.
    ///
    /// - Returns: what is to be added to the commit. Adding what is already so adds nothing.
    /// - Throws: any error, which refuses the whole commit and reaches the caller as it is.
    func review(_ context: borrowing PolicyContext) throws -> [PolicyAction]
}

/// Something that a policy adds to a commit.
public enum PolicyAction: Sendable {
    /// Deletes a record; no effect where there is none.
    case delete(bucket: String, key: Key, reason: Change.Reason)
    /// Sets or takes away the deadline of a record that the commit leaves in place.
    case setDeadline(bucket: String, key: Key, Timestamp?)
    /// Changes fields of a record; the result is validated.
    case update(bucket: String, key: Key, Fields)
    /// Inserts a record; validated like any other.
    case insert(bucket: String, Fields)
}

/// What a policy is shown.
public struct PolicyContext: ~Copyable {
    /// The bucket that the policy belongs to.
    public let bucket: BucketReference
    /// The commit's instant.
    public let now: Timestamp
    /// The net changes to the bucket that are new, or other, since this policy was last shown any, with old images.
    public let changes: [Change]
    /// How many records the bucket will have after the changes so far.
    public let count: Int
    /// The marks that reads have left on the bucket's records, if it keeps any.
    public let marks: ReadMarks?
    let pending: PendingView

    /// The state before the commit, of any bucket.
    ///
    /// Valid during `review` only: later use throws.
    ///
    /// - Throws: `StoreError` if there is no such bucket.
    public func before(_ bucket: String) throws -> PolicyReader {
        try PolicyReader(source: pending.source(of: bucket))
    }

    /// The record as the commit would leave it, pending changes included.
    ///
    /// - Parameters:
    ///   - key: the record's key.
    ///   - bucket: the name of the record's bucket; nil: the policy's own.
    /// - Returns: nil if there would be no such record.
    public func pendingRecord(_ key: some KeyConvertible, in bucket: String? = nil) -> Record? {
        pending.record(in: bucket ?? self.bucket.name, key.storeKey)
    }
}

/// Reads the state before a commit, inside a policy.
public struct PolicyReader: StoreReader {
    /// The state before the commit.
    public let source: ReadSource
}
