/// What happened to one record in one commit.
public struct Change: Sendable {
    /// What a change did to its record.
    public enum Kind: String, Sendable, Hashable, Codable {
        case inserted, updated, deleted
    }

    /// Why a record changed.
    public enum Reason: String, Sendable, Hashable, Codable {
        /// A caller asked for it.
        case user
        /// The bucket was cleared.
        case cleared
        /// The record's deadline had passed.
        case expired
        /// The bucket was over its limit.
        case evicted
        /// A change to a record that this one refers to.
        case cascade
        /// Only the record's deadline changed.
        case touched
    }

    /// The bucket's name and generation.
    public let bucket: BucketReference
    /// What the commit did to the record.
    public let kind: Kind
    /// Why it did so.
    public let reason: Reason
    let entry: ChangeEntry

    init(_ entry: ChangeEntry) {
        self.entry = entry
        bucket = entry.bucket.reference
        kind = entry.kind
        reason = entry.reason
    }

    /// The record's key.
    public var key: Key { entry.key }

    /// The record after the change; nil if it was deleted.
    public var new: Record? { entry.new.map(Record.init) }

    /// The record before the change; nil if it was inserted, and nil if nobody asked for old images when the
    /// commit happened: `hasOldImage` tells.
    public var old: Record? { entry.old.map(Record.init) }

    /// Whether `old` is the whole truth: true for an insertion, and wherever the old record was kept.
    public var hasOldImage: Bool { kind == .inserted || entry.old != nil }
}

/// One net change, from the moment an operation asks for it to its place in the history.
///
/// Unchecked: records are immutable once a commit holds them.
struct ChangeEntry: @unchecked Sendable {
    let bucket: BucketLayout
    let kind: Change.Kind
    var reason: Change.Reason
    var new: RecordStorage?
    /// The record before, where somebody wants to keep it.
    var old: RecordStorage?
    /// The key of a deleted record whose image is not kept.
    var deletedKey: Key?
    let hash: UInt64

    @inline(__always)
    init(
        bucket: BucketLayout, kind: Change.Kind, reason: Change.Reason, new: RecordStorage?,
        old: RecordStorage?, deletedKey: Key?, hash: UInt64
    ) {
        self.bucket = bucket
        self.kind = kind
        self.reason = reason
        self.new = new
        self.old = old
        self.deletedKey = deletedKey
        self.hash = hash
    }

    /// Roughly the memory that the change holds, in bytes.
    @inline(__always)
    static func byteCount(_ new: RecordStorage?, _ old: RecordStorage?) -> Int {
        var bytes = 96
        if let new { bytes &+= Int(RecordRef(new).byteCount) }
        if let old { bytes &+= Int(RecordRef(old).byteCount) }
        return bytes
    }

    var key: Key {
        if let record = new ?? old { return record.key }
        guard let deletedKey else { preconditionFailure("a change without a record or a key") }
        return deletedKey
    }
}
