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
    let entries: ChangeEntries
    let byteCount: Int

    init(
        position: Int64, timestamp: Timestamp, context: StoreContext?,
        definitions: [CommitChange] = [], entries: ChangeEntries
    ) {
        self.position = position
        self.timestamp = timestamp
        self.context = context
        self.definitions = definitions
        self.entries = entries
        byteCount = entries.reduce(192) { $0 + $1.byteCount }
    }

    /// A commit of one change.
    @inline(__always)
    init(
        position: Int64, timestamp: Timestamp, context: StoreContext?, entry: consuming ChangeEntry
    ) {
        self.position = position
        self.timestamp = timestamp
        self.context = context
        definitions = []
        byteCount = 192 + entry.byteCount
        entries = ChangeEntries(entry)
    }
}

/// The changes to records of one commit. The first lies in the commit itself: most commits have no other.
struct ChangeEntries: RandomAccessCollection, Sendable {
    private var first: ChangeEntry?
    private var others = ContiguousArray<ChangeEntry>()

    init() {}

    @inline(__always)
    init(_ entry: consuming ChangeEntry) { first = entry }

    @inline(__always)
    var startIndex: Int { 0 }
    @inline(__always)
    var endIndex: Int { first == nil ? 0 : others.count + 1 }

    @inline(__always)
    subscript(index: Int) -> ChangeEntry {
        if index > 0 { return others[index - 1] }
        guard let first else { preconditionFailure("there is no change \(index)") }
        return first
    }

    @inline(__always)
    mutating func append(_ entry: consuming ChangeEntry) {
        if first == nil { first = entry } else { others.append(entry) }
    }
}
