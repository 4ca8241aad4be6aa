/// Everything that changed in one step: the only way in which a store ever changes.
///
/// Immutable. Observers receive it right after it was applied; the history keeps it for a while.
public struct Commit: Sendable, Identifiable {
    let storage: CommitStorage

    /// The commit's place in the history.
    public var position: Position { Position(UInt64(bitPattern: storage.position)) }
    /// The position.
    public var id: Position { position }

    /// The instant of the commit on the store's clock; never before that of the commit before it.
    public var timestamp: Timestamp { storage.timestamp }

    /// The transaction that made the commit, if one did.
    public var transactionID: String? { storage.transactionID }

    /// What led to the commit, innermost first.
    public var causation: Causation? { storage.causation }
    /// The earliest commit that has led to this one; the commit itself if none has.
    public var origin: Position { causation?.origin ?? position }

    /// The changes, in the order in which their keys were first touched; what a policy added follows its cause.
    public var changes: CommitChanges { CommitChanges(storage: storage) }

    /// The changes to records alone.
    public var records: CommitRecords { CommitRecords(storage: storage) }

    /// Roughly the memory that the commit holds, in bytes.
    public var byteCount: Int { storage.byteCount }

    /// Calls `body` for each change to a record: with its place in `changes`, its bucket's generation, and what it did.
    ///
    /// For those who only have to know whom a commit concerns: nothing is made of the changes.
    public func forEachRecordChange(
        _ body: (_ index: Int, _ generation: UInt64, _ kind: Change.Kind) -> Void
    ) {
        storage.forEachRecordChange(body)
    }

    /// The change to a record at a place of `changes`.
    ///
    /// - Precondition: there is one at this place.
    public func recordChange(at index: Int) -> Change {
        Change(storage.entries[index - storage.definitions.count])
    }
}

/// One change of a commit: to a record, or to the store itself.
public enum CommitChange: Sendable {
    case record(Change)
    case bucketDefined(BucketDefinition)
    /// A bucket's definition has changed: its records follow from those before by `BucketDefinition.adapted(_:from:)`.
    case bucketUpdated(BucketDefinition)
    case bucketDropped(BucketReference)
    /// Values up to this one count as given out for an autoincrement field.
    ///
    /// Up to 32 of them have not been yet, so that few commits carry a mark: a store that is restored from it goes on
    /// behind a gap, and never gives a value out twice.
    case autoincrement(BucketReference, field: String, through: Int64)
}

/// A commit's changes, made one by one as they are looked at.
public struct CommitChanges: RandomAccessCollection, Sendable {
    let storage: CommitStorage

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of changes.
    public var endIndex: Int { storage.entries.count + storage.definitions.count }

    /// The change at a place.
    public subscript(index: Int) -> CommitChange {
        let definitions = storage.definitions.count
        return index < definitions
            ? storage.definitions[index] : .record(Change(storage.entries[index - definitions]))
    }
}

/// A commit's changes to records, made one by one as they are looked at.
public struct CommitRecords: RandomAccessCollection, Sendable {
    let storage: CommitStorage

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of records that have changed.
    public var endIndex: Int { storage.entries.count }

    /// The change at a place.
    public subscript(index: Int) -> Change { Change(storage.entries[index]) }
}

/// What a commit is made of.
///
/// The first change to a record lies in the object itself, part by part: most commits have no other, and putting an
/// entry together only to copy it would count four references.
///
/// Unchecked: everything is set once, and records are immutable.
final class CommitStorage: @unchecked Sendable {
    let position: Int64
    let timestamp: Timestamp
    let transactionID: String?
    let causation: Causation?
    let definitions: [CommitChange]
    /// Roughly the memory that the commit holds, in bytes.
    let byteCount: Int

    /// Nil when no record changed.
    private let bucket: BucketLayout?
    private let new: RecordStorage?
    private let old: RecordStorage?
    private let deletedKey: Key?
    private let hash: UInt64
    private let kind: Change.Kind
    private let reason: Change.Reason
    private let others: ContiguousArray<ChangeEntry>

    /// A commit of one change, and perhaps one that follows from it.
    @inline(__always)
    init(
        position: Int64, timestamp: Timestamp, context: StoreContext?, bucket: BucketLayout,
        kind: Change.Kind, reason: Change.Reason, new: RecordStorage?, old: RecordStorage?,
        deletedKey: Key?, hash: UInt64, followedBy other: ChangeEntry? = nil
    ) {
        self.position = position
        self.timestamp = timestamp
        transactionID = context?.stampedTransactionID
        causation = context?.stampedCausation
        self.bucket = bucket
        self.kind = kind
        self.reason = reason
        self.new = new
        self.old = old
        self.deletedKey = deletedKey
        self.hash = hash
        definitions = []
        var bytes = 192 + ChangeEntry.byteCount(new, old)
        if let other {
            bytes += ChangeEntry.byteCount(other.new, other.old)
            others = [other]
        } else {
            others = []
        }
        byteCount = bytes
    }

    /// A commit of what is pending; `keepsOld` where every old image is kept, whoever wants it.
    ///
    /// Part by part: each copy of an entry would count four references.
    init(
        position: Int64, timestamp: Timestamp, context: StoreContext?, definitions: [CommitChange],
        pending: borrowing PendingChanges, keepsOld: Bool
    ) {
        self.position = position
        self.timestamp = timestamp
        transactionID = context?.stampedTransactionID
        causation = context?.stampedCausation
        self.definitions = definitions
        let entries = pending.entries
        var first = 0
        while first < entries.count, !entries[first].isEffective { first += 1 }
        var bytes = 192
        var rest = ContiguousArray<ChangeEntry>()
        if first < entries.count {
            let base = entries[first].base
            let keepsBase = keepsOld || entries[first].bucket.wantsOldImages
            bucket = entries[first].bucket.layout
            kind = entries[first].kind
            reason = entries[first].reason
            new = entries[first].new
            old = keepsBase ? base?.storage : nil
            deletedKey = kind == .deleted && !keepsBase ? base?.key : nil
            hash = entries[first].hash
            bytes += ChangeEntry.byteCount(new, old)
            let left = entries.count - first - 1
            if left > 0 { rest.reserveCapacity(left) }
            for index in (first + 1)..<entries.count where entries[index].isEffective {
                rest.append(pending.change(at: index, keepsOld: keepsOld))
                bytes += ChangeEntry.byteCount(rest[rest.count - 1].new, rest[rest.count - 1].old)
            }
        } else {
            bucket = nil
            kind = .updated
            reason = .user
            new = nil
            old = nil
            deletedKey = nil
            hash = 0
        }
        byteCount = bytes
        others = rest
    }

    /// The changes to records.
    var entries: ChangeEntries { ChangeEntries(storage: self) }

    @inline(__always)
    fileprivate func forEachRecordChange(_ body: (Int, UInt64, Change.Kind) -> Void) {
        guard let bucket else { return }
        let first = definitions.count
        body(first, bucket.reference.generation, kind)
        for index in others.indices {
            body(first + index + 1, others[index].bucket.reference.generation, others[index].kind)
        }
    }

    fileprivate var entryCount: Int { bucket == nil ? 0 : others.count + 1 }

    fileprivate func entry(_ index: Int) -> ChangeEntry {
        if index > 0 { return others[index - 1] }
        guard let bucket else { preconditionFailure("there is no change \(index)") }
        return ChangeEntry(
            bucket: bucket, kind: kind, reason: reason, new: new, old: old, deletedKey: deletedKey,
            hash: hash)
    }
}

/// The changes to records of one commit.
struct ChangeEntries: RandomAccessCollection {
    fileprivate let storage: CommitStorage

    var startIndex: Int { 0 }
    var endIndex: Int { storage.entryCount }
    subscript(index: Int) -> ChangeEntry { storage.entry(index) }
}
