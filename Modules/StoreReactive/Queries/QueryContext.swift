public import StoreCore

/// What a query's body reads through: the store at one position and one instant.
///
/// Whatever records are read is noted, so that the store knows which commits concern the query; what is for modules that
/// expire and evict (`overdue`, `expiring`, `oldest`, `storedCount`) is not. There is nothing to write with.
///
/// Inside the body, reads through ordinary handles throw `StoreError` (`readsForbidden`): nobody would know of them, and
/// no commit make the query run again. `untracked` allows them.
public struct QueryContext: Sendable {
    let run: QueryRun

    static let readsForbidden =
        "inside a live query: read through its context, or inside `untracked` what is not to wake it"

    /// The position of the state that is read.
    public var position: Position { run.snapshot.position }

    /// The instant at which the state is read: what has expired by then is not there.
    public var now: Timestamp { run.snapshot.instant }

    /// A bucket, by its name.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`). The query is run again when a bucket of this name is defined.
    public func bucket(_ name: String) throws -> TrackedReader {
        do {
            return try run.snapshot.bucket(name).tracked(by: run.recorder)
        } catch {
            run.noteAbsent(name)
            throw error
        }
    }

    /// A bucket, by a handle.
    ///
    /// - Throws: `StoreError` (`anotherStore`; `bucketDropped` for good, also if one of its name is defined again).
    public subscript(_ bucket: DynamicBucket) -> TrackedReader {
        get throws {
            guard bucket.store === run.store else {
                throw StoreError(.anotherStore("The bucket “\(bucket.name)”"))
            }
            let found = try? run.snapshot.bucket(bucket.name)
            guard let found, found.reference == bucket.reference else {
                // The state may be one from before it was defined.
                run.noteAbsent(bucket.name)
                throw StoreError(.bucketDropped(bucket.name))
            }
            return found.tracked(by: run.recorder)
        }
    }

    /// A bucket of typed records, by a handle.
    ///
    /// - Throws: as the subscript of a handle without a type.
    public subscript<Model: StoreRecord>(_ bucket: Bucket<Model>) -> TypedSource<Model> {
        get throws { TypedSource(of: try self[bucket.dynamic]) }
    }

    /// A bucket of typed records, by their type.
    ///
    /// - Throws: as `bucket(_:)`.
    public subscript<Model: StoreRecord>(_ type: Model.Type) -> TypedSource<Model> {
        get throws { TypedSource(of: try bucket(Model.schema.name)) }
    }

    // MARK: Reading past the context

    /// Runs `body`, which may read through ordinary handles, of any store, and take snapshots.
    ///
    /// It reads the state as it is by then, which may be a later one than the query's, and nothing of it is tracked: the
    /// result stays as it is when that changes.
    ///
    /// ```swift
    /// let large = store.live { ctx in
    ///     let least = try ctx.untracked { try settings.get("large")?["from"].int64 ?? 100 }
    ///     return try ctx[orders].where(.field("total") >= least).count()
    /// }
    /// ```
    ///
    /// - Throws: what `body` throws. Writes throw as they do outside of it.
    public func untracked<R>(_ body: () throws -> R) rethrows -> R {
        try StoreContext.with({ $0.readsForbidden = nil }, body)
    }

    /// The same for a body that suspends.
    ///
    /// - Throws: what `body` throws.
    public nonisolated(nonsending) func untracked<R>(
        _ body: () async throws -> R
    ) async rethrows -> R {
        try await StoreContext.with({ $0.readsForbidden = nil }, body)
    }
}

/// One run of a query's body, and what it has read.
final class QueryRun: Sendable {
    let store: Store
    let snapshot: Snapshot
    let recorder = ReadRecorder()
    /// The result of the run before.
    let previous: (any Sendable)?
    /// What has been committed since then that concerns what is kept up to date; nil where that has to be made anew.
    let commits: [Commit]?
    private let names = Guarded<Set<String>>([])
    private let life = Guarded<(task: Task<Void, Never>?, isCancelled: Bool)>((nil, false))

    init(
        _ store: Store, _ snapshot: Snapshot, after previous: (any Sendable)? = nil,
        _ commits: [Commit]? = nil
    ) {
        self.store = store
        self.previous = previous
        self.snapshot = snapshot
        self.commits = commits
    }

    /// Says in which task it goes on.
    func goesOn(in task: Task<Void, Never>) {
        let isCancelled = life.withLock { life in
            life.task = task
            return life.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// Nobody waits for what comes of it.
    func cancel() {
        let task = life.withLock { life in
            life.isCancelled = true
            return life.task
        }
        task?.cancel()
    }

    func noteAbsent(_ name: String) { names.withLock { _ = $0.insert(name) } }

    /// The names of buckets that were asked for and are not there.
    var absent: Set<String> { names.withLock { $0 } }
}
