/// Everything that changed in one step: the only way in which a store ever changes.
///
/// Immutable. Observers receive it right after it was applied; the history keeps it for a while.
public struct Commit: Sendable, Identifiable {
    let storage: CommitStorage

    /// The commit's place in the history.
    public var position: Position { Position(UInt64(bitPattern: storage.position)) }
    public var id: Position { position }

    /// The instant of the commit on the store's clock; never before that of the commit before it.
    public var timestamp: Timestamp { storage.timestamp }

    /// The transaction that made the commit, if one did.
    public var transactionID: String? { storage.context?.transactionID }

    /// What led to the commit, innermost first.
    public var causation: Causation? { storage.context?.causation }

    /// The changes, in the order in which their keys were first touched; what a policy added follows its cause.
    public var changes: CommitChanges { CommitChanges(storage: storage) }

    /// The changes to records alone.
    public var records: some Sequence<Change> {
        changes.lazy.compactMap { change in
            if case .record(let record) = change { record } else { nil }
        }
    }

    /// Roughly the memory that the commit holds, in bytes.
    public var byteCount: Int { storage.byteCount }
}

/// One change of a commit: to a record, or to the store itself.
public enum CommitChange: Sendable {
    case record(Change)
    case bucketDefined(BucketDefinition)
    case bucketDropped(BucketReference)
    /// Values up to this one have been given out for an autoincrement field.
    case autoincrement(BucketReference, field: String, through: Int64)
}

/// A commit's changes, made one by one as they are looked at.
public struct CommitChanges: RandomAccessCollection, Sendable {
    let storage: CommitStorage

    public var startIndex: Int { 0 }
    public var endIndex: Int { storage.entries.count + storage.definitions.count }

    public subscript(index: Int) -> CommitChange {
        let definitions = storage.definitions.count
        return index < definitions
            ? storage.definitions[index] : .record(Change(storage.entries[index - definitions]))
    }
}

/// What a commit is made of.
final class CommitStorage: Sendable {
    let position: Int64
    let timestamp: Timestamp
    let context: StoreContext?
    let definitions: [CommitChange]
    let entries: ContiguousArray<ChangeEntry>
    let byteCount: Int

    init(
        position: Int64, timestamp: Timestamp, context: StoreContext?,
        definitions: [CommitChange] = [], entries: ContiguousArray<ChangeEntry>
    ) {
        self.position = position
        self.timestamp = timestamp
        self.context = context
        self.definitions = definitions
        self.entries = entries
        var bytes = 96
        for entry in entries {
            bytes += 96
            if let new = entry.new { bytes += Int(RecordRef(new).byteCount) }
            if let old = entry.old { bytes += Int(RecordRef(old).byteCount) }
        }
        byteCount = bytes
    }
}
