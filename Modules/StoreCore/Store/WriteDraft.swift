import Synchronization

/// Changes in the making that nobody else sees, beside everybody else's: what transactions are built on.
///
/// A draft stands on the version that was current when it was made, and goes on seeing that, at that instant, together
/// with its own changes, for as long as it lives. It holds nobody up. ``Store/commit(_:requiring:)-(WriteDraft,_)``
/// makes one commit of it, if everything that it has read and written is still as it was; otherwise it throws
/// ``ConflictError``, and nothing has happened.
///
/// ```swift
/// let draft = try store.draft()
/// let accounts = try draft.context.bucket("accounts")
/// if let balance = try accounts.get("a")?["balance"].int64, balance >= 10 {
///     try accounts.increment("a", "balance", by: -10)
///     try accounts.increment("b", "balance", by: 10)
/// }
/// try await store.commit(draft)
/// ```
///
/// As long as nobody else commits, a draft costs no more than a snapshot. It may be used from several tasks; each use
/// excludes the others.
public final class WriteDraft: Sendable {
    let scope: WriterScope
    private let isLeft = Atomic<Bool>(false)
    /// The position of the version that the draft goes on from.
    public let position: Position
    /// The instant at which the draft sees everything.
    public var now: Timestamp { scope.now }

    init(_ store: Store, isNoting: Bool) throws {
        let snapshot = try store.snapshot()
        position = snapshot.position
        scope = WriterScope(store, on: DraftGround(snapshot, isNoting: isNoting))
    }

    /// Whether the code that works on the draft has returned: see `leave()`.
    public var isOver: Bool { isLeft.load(ordering: .acquiring) }

    /// What to read and write through.
    public var context: WriteContext { WriteContext(scope) }

    /// How many records the draft changes.
    public var count: Int {
        scope.locked { scope.parts.pointee.builder?.pending.entries.count { $0.isEffective } ?? 0 }
    }

    /// Ends the draft: what it has written never happens, and it holds no version any more.
    ///
    /// Whatever is done with it, or with what it gave out, throws from now on.
    ///
    /// - Parameter error: what is thrown then; `StoreError` (`scopeEnded`) where none is given. The first end counts.
    public func end(because error: (any Error)? = nil) {
        scope.locked { scope.end(because: error) }
    }

    /// Says that the code which works on the draft has returned, whatever has become of the draft.
    ///
    /// Tasks that it has begun, and that go on, are no part of it any more: they may write.
    public func leave() { isLeft.store(true, ordering: .releasing) }
}

extension Store {
    /// Begins a draft on the current version.
    ///
    /// - Parameter isSerializable: whether everything that the draft reads has to be still true when it is committed;
    ///   where it is not, only what it writes has to be as it was.
    /// - Returns: the draft, which holds its version until it is committed, ended or let go.
    /// - Throws: `StoreError` (`stopped`).
    /// - Complexity: O(1).
    public func draft(isSerializable: Bool = true) throws -> WriteDraft {
        try WriteDraft(self, isNoting: isSerializable)
    }
}
