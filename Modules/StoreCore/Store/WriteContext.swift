extension Store {
    /// Runs `body` as one commit: everything that it writes happens, or, if it throws, nothing.
    ///
    /// The body is synchronous and runs while other writers wait, so it reads what it decides upon and nobody comes
    /// between. Reads through `tx` see the body's own writes; ordinary handles read the committed state, and writes
    /// through them throw `StoreError` (`nestedWrite`).
    ///
    /// ```swift
    /// try await store.write { tx in
    ///     let accounts = try tx.bucket("accounts")
    ///     try accounts.increment("a", "balance", by: -10)
    ///     try accounts.increment("b", "balance", by: 10)
    /// }
    /// ```
    ///
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws, and what `commit(_:requiring:)` throws.
    @discardableResult
    public func write<R>(_ body: (WriteContext) throws -> R) async throws -> R {
        let (result, position) = try await inTurn { context in
            try asWriter(context) {
                let scope = WriterScope(self)
                let result: R
                do {
                    try scope.withBuilder { $0.givesRecordsOut = true }
                    result = try body(WriteContext(scope))
                } catch {
                    scope.end()
                    throw error
                }
                guard var builder = scope.endTaking() else {
                    preconditionFailure("a write lost its changes")
                }
                return (result, try builder.finish(context))
            }
        }
        if history.isAwaited { try await awaitDurability(position) }
        return result
    }
}

/// What the body of `Store.write` works with.
///
/// Using it, or what it gave out, later throws.
public struct WriteContext: Sendable {
    let scope: WriterScope

    init(_ scope: WriterScope) { self.scope = scope }

    /// The commit's instant; in a draft and a transaction, the instant at which that reads.
    public var now: Timestamp { scope.now }

    /// A bucket to read and write, by its name.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`).
    public func bucket(_ name: String) throws -> WritableBucket {
        WritableBucket(scope: scope, identity: try scope.identity(name))
    }

    /// A bucket to read and write, by a handle.
    ///
    /// - Throws: `StoreError` (`anotherStore`) if the handle belongs to another store. What is done with a bucket
    ///   that was dropped throws `bucketDropped`.
    public subscript(_ bucket: DynamicBucket) -> WritableBucket {
        get throws {
            try scope.locked { try scope.check() }
            try bucket.check(isOf: scope.store)
            return WritableBucket(scope: scope, identity: bucket.identity)
        }
    }
}

extension WriteContext {
    /// Runs `body`, and takes back what it has written if it throws; what it has read stays read.
    ///
    /// ```swift
    /// do {
    ///     try tx.savepoint { try reserve(from: warehouse) }
    /// } catch is OutOfStock {
    ///     try backOrder()
    /// }
    /// ```
    ///
    /// Savepoints may be nested.
    ///
    /// - Throws: what `body` throws; `StoreError` (`scopeEnded`).
    /// - Complexity: O(changes since), when it throws.
    public func savepoint<R>(_ body: () throws -> R) throws -> R {
        let mark = try scope.mark()
        do {
            let result = try body()
            scope.release(mark)
            return result
        } catch {
            scope.rollBack(to: mark)
            throw error
        }
    }

    /// The same for a body that suspends.
    public nonisolated(nonsending) func suspendingSavepoint<R>(
        _ body: () async throws -> R
    ) async throws -> R {
        let mark = try scope.mark()
        do {
            let result = try await body()
            scope.release(mark)
            return result
        } catch {
            scope.rollBack(to: mark)
            throw error
        }
    }
}

/// A bucket inside `Store.write`, a draft or a transaction.
public struct WritableBucket: StoreReader {
    let scope: WriterScope
    let identity: BucketIdentity
    var store: Store { scope.store }

    /// The state with the body's own writes.
    public var source: ReadSource {
        ReadSource(.writer(scope, identity), recorder: scope.recorder)
    }

    /// The bucket's name.
    public var name: String { identity.reference.name }

    /// The record under a key, if there is one.
    public func get(_ key: some KeyConvertible) throws -> Record? {
        try scope.look(identity, key.storeKey, reading: .all, nil) {
            $0.map { Record($0.storage) }
        }
    }

    @discardableResult
    private func perform(
        _ action: Operation.Action, commutes: Bool = false
    ) throws -> OperationResult {
        try scope.locked { try scope.check() }
        let form = identity.form
        let prepared = try store.prepare(action, for: identity)
        return try scope.perform(prepared, on: identity, as: form, commutes: commutes)
    }

    private func record(_ action: Operation.Action, commutes: Bool = false) throws -> Record {
        guard let record = try perform(action, commutes: commutes).record else {
            preconditionFailure("an operation on one record left none")
        }
        return record
    }

    /// Inserts a record; its key must be new.
    ///
    /// See `DynamicBucket.insert(_:)`. A record that is overdue at the commit's instant is found by nothing that
    /// follows.
    @discardableResult
    public func insert(_ fields: Fields, expiresAt: Timestamp? = nil) throws -> Record {
        try record(.insert(fields, expiresAt: expiresAt))
    }

    /// Inserts records; returns them in the same order.
    ///
    /// Those before the first at fault stay in the write, as if they had been inserted one by one.
    @discardableResult
    public func insertMany(_ records: some Sequence<Fields>) throws -> [Record] {
        try records.map { try insert($0) }
    }

    /// Inserts a record, or merges the fields into the one that has its key.
    @discardableResult
    public func upsert(_ fields: Fields) throws -> Record {
        try upsert(fields, merging: fields)
    }

    /// Inserts a record, or merges other fields into the one that has its key.
    func upsert(_ fields: Fields, merging: Fields) throws -> Record {
        try record(.upsert(fields, merging: merging))
    }

    /// Merges fields into a record, which must exist.
    @discardableResult
    public func update(
        _ key: some KeyConvertible, _ fields: Fields, ifVersion version: Int? = nil
    ) throws -> Record {
        let key = key.storeKey
        return try scope.locked {
            try scope.check()
            let form = identity.form
            let patch = try form.layout.layout.makePatch(fields, key: key)
            let result = try scope.perform(
                .patch(
                    key, hash: store.state.seed.hash(key.value), patch,
                    from: ExpectedState(version: version)),
                on: identity, as: form)
            return try result.single()
        }
    }

    /// Changes a record, which must exist, by a closure, which runs once.
    ///
    /// - Throws: what `change` throws; `ConflictError` if `change` itself has written the record.
    @discardableResult
    public func update(
        _ key: some KeyConvertible, _ change: (inout Fields) throws -> Void
    ) throws -> Record {
        let key = key.storeKey
        let form = identity.form
        guard let current = try get(key) else {
            throw RecordNotFoundError(bucket: name, key: key)
        }
        let patch = try form.layout.layout.patch(from: current, change)
        let hash = store.state.seed.hash(key.value)
        let result = try scope.perform(
            .patch(key, hash: hash, patch, from: .record(current.storage)), on: identity, as: form)
        return try result.single()
    }

    /// Puts other fields in the place of all of a record's.
    @discardableResult
    public func replace(
        _ key: some KeyConvertible, with fields: Fields, ifVersion version: Int? = nil
    ) throws -> Record {
        try record(.replace(key.storeKey, fields, version: version))
    }

    /// As `replace`, of these fields only: what is not named stays.
    func rewrite(_ key: Key, with fields: Fields, ifVersion version: Int?) throws -> Record {
        try record(.rewrite(key, fields, version: version))
    }

    /// Deletes a record; returns whether there was one.
    @discardableResult
    public func delete(_ key: some KeyConvertible, ifVersion version: Int? = nil) throws -> Bool {
        try perform(.delete(key.storeKey, .user, version: version)).count == 1
    }

    /// Deletes a record, with reason `expired`, if it is overdue at the commit's instant; returns whether it was.
    @discardableResult
    public func expire(_ key: some KeyConvertible) throws -> Bool {
        try perform(.expire(key.storeKey)).count == 1
    }

    /// Adds to a number; an absent one counts as zero.
    ///
    /// In a draft and a transaction this commutes with what others do to the record meanwhile: it is no read, and the
    /// record that is returned is what the increment leaves as far as the draft knows. Read the record again where its
    /// value matters.
    @discardableResult
    public func increment(
        _ key: some KeyConvertible, _ field: String, by amount: Value = 1
    ) throws -> Record {
        try record(.increment(key.storeKey, field: field, by: amount), commutes: true)
    }

    /// Sets or takes away a record's deadline; its version and `updatedAt` stay.
    @discardableResult
    public func setDeadline(_ key: some KeyConvertible, _ deadline: Timestamp?) throws -> Record {
        try record(.setDeadline(key.storeKey, deadline))
    }

    /// Merges fields into every record that satisfies `predicate`; returns how many there were.
    @discardableResult
    public func updateMany(where predicate: Predicate, _ fields: Fields) throws -> Int {
        try perform(.updateMatching(predicate, fields)).count
    }

    /// Deletes every record that satisfies `predicate`; returns how many there were.
    @discardableResult
    public func deleteMany(where predicate: Predicate) throws -> Int {
        try perform(.deleteMatching(predicate)).count
    }

    /// Deletes every record, with reason `cleared`; returns how many there were.
    @discardableResult
    public func clear() throws -> Int { try perform(.clear).count }
}
