extension CommitBuilder {
    /// Carries out one operation on the pending changes; throwing leaves the store as it was.
    @inline(__always)
    mutating func perform(
        _ action: PreparedAction, on bucket: BucketIdentity
    ) throws -> OperationResult {
        switch action {
        case .insert(let record, let hash):
            return try insert(record, hash, bucket)
        case .upsert(let record, let patch, let hash):
            let key = RecordRef(record).key
            if try find(bucket, key.value, hash).current != nil {
                return try merge(key, hash, patch, nil, bucket)
            }
            return try insert(record, hash, bucket)
        case .patch(let key, let hash, let patch, let expected):
            return try merge(key, hash, patch, expected, bucket)
        case .delete(let key, let hash, let reason, let expected):
            return try delete(key, hash, reason, expected, bucket)
        default:
            return try performSeldom(action, on: bucket)
        }
    }

    private mutating func performSeldom(
        _ action: PreparedAction, on bucket: BucketIdentity
    ) throws -> OperationResult {
        switch action {
        case .mutate(let key, let hash, let change):
            let current = try existing(key, hash, nil, bucket).0
            let patch = try layout(of: bucket).patch(from: Record(current.storage), change)
            return try merge(key, hash, patch, nil, bucket)
        case .replace(let key, let hash, let fields, let expected):
            let (current, found) = try existing(key, hash, expected, bucket)
            let new = try layout(of: bucket).makeReplacement(fields, for: current.storage)
            RecordRef(new).succeed(current)
            bucket.applyDeadline(to: new, .replaced, after: current, position, now)
            set(bucket, hash, found, new, .user)
            return .record(new)
        case .rewrite(let key, let hash, let patch, let expected):
            return try merge(key, hash, patch, expected, bucket, as: .replaced)
        case .expire(let key, let hash):
            return try expire(key, hash, bucket)
        case .setDeadline(let key, let hash, let deadline):
            return try setDeadline(key, hash, deadline, bucket)
        case .updateMatching(let predicate, let patch):
            return try updateMatching(predicate, patch, bucket)
        case .deleteMatching(let predicate):
            return try deleteMatching(predicate, bucket)
        case .clear:
            return try clear(bucket)
        case .insert, .upsert, .patch, .delete:
            preconditionFailure("handled by perform")
        }
    }

    private mutating func insert(
        _ record: RecordStorage, _ hash: UInt64, _ bucket: BucketIdentity
    ) throws -> OperationResult {
        let key = RecordRef(record).key
        let found = try find(bucket, key.value, hash)
        guard found.current == nil else {
            throw UniqueConstraintError(
                bucket: bucket.reference.name, fields: bucket.definition.key.fields,
                value: key.value,
                key: key)
        }
        // A key that this commit deleted goes on with its version, row and age.
        if let index = found.index, found.overdue == nil, let base = pending.entries[index].base {
            let deadline = RecordRef(record).header.pointee.expiresAt
            RecordRef(record).succeed(base)
            RecordRef(record).header.pointee.expiresAt = deadline
        }
        bucket.applyDeadline(to: record, .inserted, position, now)
        set(bucket, hash, found, record, .user)
        return .record(record)
    }

    /// The record that an operation needs.
    @inline(__always)
    private func existing(
        _ key: Key, _ hash: UInt64, _ expected: ExpectedState?, _ bucket: BucketIdentity
    ) throws -> (RecordRef, Found) {
        let found = try find(bucket, key.value, hash)
        guard let current = found.current else {
            if let expected {
                throw ConflictError(
                    bucket.reference.name, key, expected: expected.version, actual: nil)
            }
            throw RecordNotFoundError(bucket: bucket.reference.name, key: key)
        }
        if let expected, !expected.holds(of: current) {
            throw ConflictError(
                bucket.reference.name, key, expected: expected.version,
                actual: current.header.pointee.version)
        }
        return (current, found)
    }

    @inline(__always)
    mutating func merge(
        _ key: Key, _ hash: UInt64, _ patch: Patch, _ expected: ExpectedState?,
        _ bucket: BucketIdentity, reason: Change.Reason = .user,
        as write: DeadlineRule.Write = .merged
    ) throws -> OperationResult {
        let (current, found) = try existing(key, hash, expected, bucket)
        let new = try layout(of: bucket).merge(patch, onto: current.storage)
        RecordRef(new).succeed(current)
        bucket.applyDeadline(to: new, write, after: current, position, now)
        set(bucket, hash, found, new, reason)
        return .record(new)
    }

    private mutating func delete(
        _ key: Key, _ hash: UInt64, _ reason: Change.Reason, _ expected: ExpectedState?,
        _ bucket: BucketIdentity
    ) throws -> OperationResult {
        let found: Found
        if let expected {
            found = try existing(key, hash, expected, bucket).1
        } else {
            found = try find(bucket, key.value, hash)
            guard found.current != nil else { return .none }
        }
        set(bucket, hash, found, nil, reason)
        return .deleted
    }

    /// Deletes a record that is overdue; one that was prolonged since somebody looked is spared.
    private mutating func expire(
        _ key: Key, _ hash: UInt64, _ bucket: BucketIdentity
    ) throws -> OperationResult {
        let found = try find(bucket, key.value, hash)
        guard found.overdue != nil else { return .none }
        expire(bucket, hash, found)
        return .deleted
    }

    /// Moves the end of a record's life, which makes no new version of it: version and `updatedAt` stay.
    mutating func setDeadline(
        _ key: Key, _ hash: UInt64, _ deadline: Timestamp?, _ bucket: BucketIdentity
    ) throws -> OperationResult {
        let (current, found) = try existing(key, hash, nil, bucket)
        let new = current.storage.copy()
        RecordRef(new).header.pointee.expiresAt = deadline?.microseconds ?? .max
        RecordRef(new).header.pointee.ruled = nil
        set(bucket, hash, found, new, .touched)
        return .record(new)
    }

    // MARK: Many at once

    /// The bucket without the pending changes.
    private func state(of bucket: BucketIdentity) -> WriterReader {
        ground.map { WriterReader(source: $0.source(of: bucket)) }
            ?? store.writerReader(bucket, now)
    }

    /// The keys of the records that satisfy `predicate`, pending changes included.
    private func matching(
        _ predicate: Predicate, _ bucket: BucketIdentity
    ) throws -> [(key: Key, hash: UInt64)] {
        var keys: [(key: Key, hash: UInt64)] = []
        let seed = store.state.seed
        for record in try state(of: bucket).where(predicate).all() {
            let key = record.key
            let hash = seed.hash(key.value)
            if pending.index(bucket, key.value, hash) == nil,
                !pending.hasExpired(RecordRef(record.storage))
            {
                keys.append((key, hash))
            }
        }
        let test = try PredicateCompiler.compile(predicate, for: layout(of: bucket))
        for entry in pending.entries where entry.bucket === bucket {
            guard let new = entry.new, !isOverdue(RecordRef(new)), test.matches(RecordRef(new))
            else { continue }
            keys.append((new.key, entry.hash))
        }
        return keys
    }

    private mutating func updateMatching(
        _ predicate: Predicate, _ patch: Patch, _ bucket: BucketIdentity
    ) throws -> OperationResult {
        // All are merged before any is entered: an operation that fails has changed nothing.
        let merged = try matching(predicate, bucket).map { key, hash in
            let (current, found) = try existing(key, hash, nil, bucket)
            let new = try layout(of: bucket).merge(patch, onto: current.storage)
            RecordRef(new).succeed(current)
            bucket.applyDeadline(to: new, .merged, after: current, position, now)
            return (hash, found, new)
        }
        for (hash, found, new) in merged { set(bucket, hash, found, new, .user) }
        return .count(merged.count)
    }

    private mutating func deleteMatching(
        _ predicate: Predicate, _ bucket: BucketIdentity
    ) throws -> OperationResult {
        let keys = try matching(predicate, bucket)
        for (key, hash) in keys {
            // Of what the draft itself had inserted nothing is left that would know that there was none before.
            if let ground, let own = pending.index(bucket, key.value, hash),
                pending.entries[own].base == nil
            {
                ground.recorder?.note(key, in: bucket.reference)
            }
            _ = try delete(key, hash, .user, nil, bucket)
        }
        return .count(keys.count)
    }

    private mutating func clear(_ bucket: BucketIdentity) throws -> OperationResult {
        var cleared = 0
        for index in pending.entries.indices where pending.entries[index].bucket === bucket {
            guard let new = pending.entries[index].new else { continue }
            if isOverdue(RecordRef(new)) {
                expire(at: index)
                continue
            }
            pending.setNew(index, nil, .cleared)
            cleared += 1
        }
        let seed = store.state.seed
        // Whatever else is there by then would have been cleared too.
        ground?.recorder?.noteAll(of: bucket.reference, reading: .none)
        var records: [RecordRef] = []
        try view(bucket).scanRows(from: nil, ascending: true) {
            records.append($0)
            return true
        }
        for record in records {
            let key = record.key.value
            let hash = seed.hash(key)
            guard pending.index(bucket, key, hash) == nil, !pending.hasExpired(record) else {
                continue
            }
            if isOverdue(record) {
                // Sealed: another record under its key is not its successor.
                expire(bucket, hash, record)
                continue
            }
            cleared += 1
            pending.append(
                .init(bucket: bucket, hash: hash, base: record, new: nil, reason: .cleared))
        }
        return .count(cleared)
    }
}

extension ConflictError {
    /// A record is not at the version that a compare-and-set expected.
    init(_ bucket: String, _ key: Key, expected: Int?, actual: Int?) {
        let found = actual.map { "it is at version \($0)" } ?? "there is no such record"
        self.init(
            bucket: bucket, key: key, expectedVersion: expected, actualVersion: actual,
            message:
                "\(expected.map { "version \($0)" } ?? "no record") was expected, but \(found); "
                + "read it again and retry")
    }
}
