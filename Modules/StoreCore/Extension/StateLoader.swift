/// Restores a store's state, silently, before anybody uses it.
public protocol StateLoader: Sendable {
    /// Gives `state` everything that is to be restored. Throwing makes the store's start fail.
    ///
    /// What it gives is checked: a start from what no store can have left behind throws `DefinitionError`
    /// (`restoredData`).
    func load(into state: StateRestoration) async throws
}

/// A record as it is restored.
public struct RestoredRecord: Sendable {
    /// The fields, as `Record.fields` gave them.
    public var fields: Fields
    /// Its place in the order of insertion; unique in its bucket, at least 1, at most 2⁶².
    public var row: UInt64
    /// At least 1, at most 2⁶².
    public var version: Int
    /// When it was inserted.
    public var createdAt: Timestamp
    /// When it was last written.
    public var updatedAt: Timestamp
    /// From when on it is no longer seen; nil: never.
    public var expiresAt: Timestamp?

    /// Puts a record together by hand.
    public init(
        fields: Fields, row: UInt64, version: Int, createdAt: Timestamp, updatedAt: Timestamp,
        expiresAt: Timestamp? = nil
    ) {
        self.fields = fields
        self.row = row
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
    }

    /// What is needed to restore `record` later.
    public init(_ record: Record) {
        self.init(
            fields: record.fields, row: RecordRef(record.storage).row, version: record.version,
            createdAt: record.createdAt, updatedAt: record.updatedAt, expiresAt: record.expiresAt)
    }
}

/// Takes in what a loader restores.
public final class StateRestoration: @unchecked Sendable {
    struct Bucket {
        let definition: BucketDefinition
        var records: [RestoredRecord]
        var autoincrement: [String: Int64]
        var rowsThrough: UInt64
    }

    // Used by one loader, one call at a time.
    private let lock = Lock()
    private var bucketsByName: [ByteString: Bucket] = [:]
    private var restoredPosition = Position.start
    private var restoredTimestamp: Timestamp?
    private var restoredIdentity: StoreIdentity?
    private var lastGeneration: UInt64 = 0

    init() {}

    /// The last commit that the restored state contains, and its instant: the store's clock never falls behind it.
    ///
    /// The position is at most 2⁶², and so is the instant in microseconds.
    public func setPosition(_ position: Position, timestamp: Timestamp) {
        lock.withLock {
            restoredPosition = position
            restoredTimestamp = timestamp
        }
    }

    /// Which store this is; without it, it is another one than that which left the state.
    ///
    /// Where commits past the restored position may have been seen and are lost, it is what
    /// ``StoreIdentity/forked(at:)`` makes of the old identity at the restored position. The id is not empty, the forks
    /// ascend, and none of them lies past the restored position.
    public func setIdentity(_ identity: StoreIdentity) {
        lock.withLock { restoredIdentity = identity }
    }

    /// The last generation that a bucket was ever given.
    ///
    /// Needed where the bucket that had it was dropped: its generation is not given to another one then, and a
    /// `BucketReference` goes on to name one life of one bucket.
    public func setGenerations(through generation: UInt64) {
        lock.withLock { lastGeneration = generation }
    }

    /// Adds a bucket.
    ///
    /// A bucket of the same name that was added before is replaced.
    ///
    /// - Parameters:
    ///   - definition: the bucket as it was defined.
    ///   - records: in any order.
    ///   - autoincrement: for every autoincrement field, the last value that was given out.
    ///   - rowsThrough: the last row that was ever used, if it was greater than those of the records; at most 2⁶².
    public func addBucket(
        _ definition: BucketDefinition, records: [RestoredRecord],
        autoincrement: [String: Int64] = [:], rowsThrough: UInt64 = 0
    ) {
        lock.withLock {
            bucketsByName[ByteString(definition.name)] = Bucket(
                definition: definition, records: records, autoincrement: autoincrement,
                rowsThrough: rowsThrough)
        }
    }

    /// The last generation that was ever given, as far as is known.
    var generationsThrough: UInt64 {
        lock.withLock {
            bucketsByName.values.reduce(lastGeneration) { max($0, $1.definition.generation) }
        }
    }

    var identity: StoreIdentity? { lock.withLock { restoredIdentity } }

    var contents: (position: Position, timestamp: Timestamp?, buckets: [Bucket]) {
        lock.withLock {
            let buckets = bucketsByName.values.sorted {
                $0.definition.generation < $1.definition.generation
            }
            return (restoredPosition, restoredTimestamp, buckets)
        }
    }
}
