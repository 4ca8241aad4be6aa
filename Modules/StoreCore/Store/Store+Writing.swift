extension Store {
    /// Runs one operation as a commit of its own.
    @inline(__always)
    func execute(
        _ bucket: BucketIdentity, _ prepare: () throws -> PreparedAction
    ) async throws -> OperationResult {
        let context = StoreContext.current
        try checkWritable(context)
        let form = bucket.form
        let action = try prepare()
        guard !mustQueue(context),
            let (result, position) = try commitOne(
                bucket, form, action, context, isInTurn: false, prepare)
        else {
            return try await executeInTurn(bucket, form, action, prepare)
        }
        if ring == nil { try await awaitDurability(position) }
        return result
    }

    private func executeInTurn(
        _ bucket: BucketIdentity, _ form: BucketForm, _ action: PreparedAction,
        _ prepare: () throws -> PreparedAction
    ) async throws -> OperationResult {
        // Others have their turn while this one waits for durability.
        let (result, position) = try await inTurn { context in
            let done = try commitOne(bucket, form, action, context, isInTurn: true, prepare)
            guard let done else {
                preconditionFailure("a writer was sent away from its turn")
            }
            return done
        }
        try await awaitDurability(position)
        return result
    }

    /// Nil, and nothing done, if there is a queue to join first.
    ///
    /// `action` was prepared with `form`; it is prepared once more if the bucket has been given another one since.
    @inline(__always)
    private func commitOne(
        _ bucket: BucketIdentity, _ form: BucketForm, _ prepared: PreparedAction,
        _ context: StoreContext?, isInTurn: Bool, _ prepare: () throws -> PreparedAction
    ) throws -> (OperationResult, Position)? {
        try writers.enter()
        defer { writers.leave() }
        if !isInTurn, mustQueue(context) { return nil }
        sweepSeats()
        let action = bucket.isFormed(as: form) ? prepared : try prepare()
        if let result = try writeSingle(action, bucket, context) {
            return (result, Position(UInt64(bitPattern: state.positionForWriter)))
        }
        try checkOpen(context)
        var builder = CommitBuilder(self)
        let result = try builder.perform(action, on: bucket)
        let entry = builder.pending.entries.count - 1
        let position = try builder.finish(context)
        // A policy may have changed the record again: the last state counts.
        if case .record = result, let last = builder.pending.entries[entry].new {
            return (.record(last), position)
        }
        return (result, position)
    }

    /// Runs `body` at the head of the writers' queue: those who arrive meanwhile suspend instead of blocking.
    func inTurn<R>(_ body: (StoreContext?) throws -> R) async throws -> R {
        try checkWritable(StoreContext.current)
        return try await takingTurn(body)
    }

    /// The same for who may write, whatever the context says.
    func takingTurn<R>(_ body: (StoreContext?) throws -> R) async throws -> R {
        let context = StoreContext.current
        if context?.hasTurn(in: writers) == true { return try body(context) }
        if !writers.takeTurnAtOnce() { await writers.takeTurn() }
        defer { writers.passTurn() }
        return try body(context)
    }

    /// Whether somebody else has the turn.
    ///
    /// Asked before W, so that no thread is blocked by a long writer, and again under W, since who has looked before
    /// may have been overtaken, and would write in the midst of an exclusive turn.
    @inline(__always)
    func mustQueue(_ context: StoreContext?) -> Bool {
        writers.hasQueue && context?.hasTurn(in: writers) != true
    }

    /// Holds W for `body`, which makes at most one commit.
    @inline(__always)
    func commitNow<R>(
        _ context: StoreContext?, _ body: (inout CommitBuilder) throws -> R
    ) throws -> R {
        try asWriter(context) {
            var builder = CommitBuilder(self)
            return try body(&builder)
        }
    }

    /// Holds W for `body`.
    @inline(__always)
    func asWriter<R>(_ context: StoreContext?, _ body: () throws -> R) throws -> R {
        try writers.enter()
        defer { writers.leave() }
        sweepSeats()
        try checkOpen(context)
        return try body()
    }

    /// Refuses writes to a store that is closed, all but those of its components while it stops.
    ///
    /// Under W.
    @inline(__always)
    func checkOpen(_ context: StoreContext?) throws {
        guard let closed = underWriter.pointee.closed else { return }
        if underWriter.pointee.isEnding, context?.isComponent(of: writers) == true { return }
        throw closed
    }

    /// Refuses what can be refused before anybody waits.
    ///
    /// Cancellation is looked at here, and never again.
    @inline(__always)
    func checkWritable(_ context: StoreContext?) throws {
        if let context, let place = context.writesForbidden {
            throw StoreError(.writesForbidden(place))
        }
        if WriterQueue.held.isSet { throw StoreError(.nestedWrite) }
        try causes.check(context)
        try Task.checkCancellation()
    }

    /// Waits until the commit at `position` is as durable as the store promises.
    func awaitDurability(_ position: Position) async throws {
        if history.isAwaited { try await history.waitUntilDurable(position) }
    }

    // MARK: Preparing

    /// A new record, complete but for its metadata.
    @inline(__always)
    func makeRecord(
        _ fields: Fields, _ bucket: BucketIdentity, expiresAt: Timestamp?
    ) throws -> RecordStorage {
        let form = bucket.form
        let layout = form.layout.layout
        let record = try layout.makeRecord(
            fields,
            generating: GenerationContext(
                generator: identifiers,
                now: layout.generatedSlots.isEmpty ? Timestamp(microseconds: 0) : now,
                autoincrement: form.draw))
        form.counters.advance(past: record)
        if let expiresAt { RecordRef(record).header.pointee.expiresAt = expiresAt.microseconds }
        return record
    }

    /// Validates an operation as far as that can be done without the state.
    func prepare(
        _ action: Operation.Action, for bucket: BucketIdentity
    ) throws -> PreparedAction {
        let layout = bucket.layout.layout
        let seed = state.seed
        switch action {
        case .insert(let fields, let expiresAt):
            let record = try makeRecord(fields, bucket, expiresAt: expiresAt)
            return .insert(record, hash: seed.hash(RecordRef(record).key.value))
        case .upsert(let fields, let merging):
            let record = try makeRecord(fields, bucket, expiresAt: nil)
            let patch = try layout.makePatch(merging)
            return .upsert(record, patch, hash: seed.hash(RecordRef(record).key.value))
        case .update(let key, let fields, let version):
            let patch = try layout.makePatch(fields, key: key)
            return .patch(
                key, hash: seed.hash(key.value), patch, from: ExpectedState(version: version))
        case .mutate(let key, let change):
            return .mutate(key, hash: seed.hash(key.value), change)
        case .replace(let key, let fields, let version):
            return .replace(
                key, hash: seed.hash(key.value), fields, from: ExpectedState(version: version))
        case .rewrite(let key, let fields, let version):
            let patch = try layout.makePatch(fields, key: key)
            return .rewrite(
                key, hash: seed.hash(key.value), patch, from: ExpectedState(version: version))
        case .delete(let key, let reason, let version):
            return .delete(
                key, hash: seed.hash(key.value), reason, from: ExpectedState(version: version))
        case .expire(let key):
            return .expire(key, hash: seed.hash(key.value))
        case .increment(let key, let field, let amount):
            let patch = try layout.makeIncrement(field, by: amount)
            return .patch(key, hash: seed.hash(key.value), patch, from: nil)
        case .setDeadline(let key, let deadline):
            return .setDeadline(key, hash: seed.hash(key.value), deadline)
        case .updateMatching(let predicate, let fields):
            return .updateMatching(predicate, try layout.makePatch(fields))
        case .deleteMatching(let predicate):
            return .deleteMatching(predicate)
        case .clear:
            return .clear
        }
    }

    /// Reads the current version on behalf of who holds W, without pending changes.
    func writerReader(_ bucket: BucketIdentity, _ now: Timestamp) -> WriterReader {
        WriterReader(
            source: ReadSource(.writer(WriterScope(self, now), bucket), recorder: nil))
    }
}

/// Reads the current version under W.
struct WriterReader: StoreReader {
    let source: ReadSource
}
