/// One operation of a batch, as its caller gave it.
struct Operation: Sendable {
    let bucket: DynamicBucket
    let action: Action

    enum Action: Sendable {
        case insert(Fields, expiresAt: Timestamp?)
        /// Inserts the first, or merges the second into what is there.
        case upsert(Fields, merging: Fields)
        case update(Key, Fields, version: Int?)
        case mutate(Key, @Sendable (inout Fields) throws -> Void)
        case replace(Key, Fields, version: Int?)
        /// As `replace`, of these fields only: what is not named stays.
        case rewrite(Key, Fields, version: Int?)
        case delete(Key, Change.Reason, version: Int?)
        case expire(Key)
        case increment(Key, field: String, by: Value)
        case setDeadline(Key, Timestamp?)
        case updateMatching(Predicate, Fields)
        case deleteMatching(Predicate)
        case clear

        /// Whether it depends on the state how many records are changed.
        var mayChangeMany: Bool {
            switch self {
            case .updateMatching, .deleteMatching, .clear: true
            case .insert, .upsert, .update, .mutate, .replace, .rewrite, .delete, .expire,
                .increment, .setDeadline:
                false
            }
        }
    }
}

/// One operation, validated as far as it can be without looking at the state.
enum PreparedAction {
    case insert(RecordStorage, hash: UInt64)
    case upsert(RecordStorage, Patch, hash: UInt64)
    case patch(Key, hash: UInt64, Patch, from: ExpectedState?)
    case mutate(Key, hash: UInt64, @Sendable (inout Fields) throws -> Void)
    case replace(Key, hash: UInt64, Fields, from: ExpectedState?)
    case rewrite(Key, hash: UInt64, Patch, from: ExpectedState?)
    case delete(Key, hash: UInt64, Change.Reason, from: ExpectedState?)
    case expire(Key, hash: UInt64)
    case setDeadline(Key, hash: UInt64, Timestamp?)
    case updateMatching(Predicate, Patch)
    case deleteMatching(Predicate)
    case clear
}

/// An operation of a batch, prepared with one form of its bucket.
struct PreparedOperation {
    let bucket: BucketIdentity
    let form: BucketForm
    let action: PreparedAction

    init(_ operation: Operation) throws {
        bucket = operation.bucket.identity
        form = bucket.form
        action = try operation.bucket.store.prepare(operation.action, for: bucket)
    }

    /// Whether the bucket still has that form; asked under W.
    var isCurrent: Bool { bucket.isFormed(as: form) }
}

/// What a record must be for a compare-and-set to go on.
enum ExpectedState {
    /// At this version. A key that was deleted and inserted anew counts from 1 again.
    case version(Int)
    /// This very record, unchanged. Being held, its place in memory cannot become another's.
    case record(RecordStorage)

    init?(version: Int?) {
        guard let version else { return nil }
        self = .version(version)
    }

    var version: Int {
        switch self {
        case .version(let version): version
        case .record(let record): RecordRef(record).header.pointee.version
        }
    }

    @inline(__always)
    func holds(of record: RecordRef) -> Bool {
        switch self {
        case .version(let version): record.header.pointee.version == version
        case .record(let expected): record.pointer == RecordRef(expected).pointer
        }
    }
}

/// What an operation came to.
enum OperationResult {
    case record(RecordStorage)
    case none
    case deleted
    case count(Int)

    var record: Record? {
        if case .record(let storage) = self { Record(storage) } else { nil }
    }

    /// How many records the operation changed.
    var count: Int {
        switch self {
        case .record, .deleted: 1
        case .none: 0
        case .count(let count): count
        }
    }
}
