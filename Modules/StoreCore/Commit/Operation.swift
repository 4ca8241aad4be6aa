/// One operation of a batch, as its caller gave it.
struct Operation: Sendable {
    let bucket: DynamicBucket
    let action: Action

    enum Action: Sendable {
        case insert(Fields, expiresAt: Timestamp?)
        case upsert(Fields)
        case update(Key, Fields, version: Int?)
        case mutate(Key, @Sendable (inout Fields) throws -> Void)
        case replace(Key, Fields, version: Int?)
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
            case .insert, .upsert, .update, .mutate, .replace, .delete, .expire, .increment,
                .setDeadline:
                false
            }
        }
    }
}

/// One operation, validated as far as it can be without looking at the state.
enum PreparedAction {
    case insert(RecordStorage, hash: UInt64)
    case upsert(RecordStorage, Patch, hash: UInt64)
    case patch(Key, hash: UInt64, Patch, version: Int?)
    case mutate(Key, hash: UInt64, @Sendable (inout Fields) throws -> Void)
    case replace(Key, hash: UInt64, Fields, version: Int?)
    case delete(Key, hash: UInt64, Change.Reason, version: Int?)
    case expire(Key, hash: UInt64)
    case setDeadline(Key, hash: UInt64, Timestamp?)
    case updateMatching(Predicate, Patch)
    case deleteMatching(Predicate)
    case clear
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
