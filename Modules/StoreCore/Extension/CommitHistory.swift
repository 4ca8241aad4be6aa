/// A provider of past commits, and of how far they are durable.
public protocol CommitHistory: AnyObject, Sendable {
    /// Up to `limit` commits after `position`, in order; empty when there is none yet.
    ///
    /// - Throws: `StoreError` (`positionUnavailable`) if commits after `position` are no longer kept.
    func commits(after position: Position, limit: Int) async throws -> [Commit]

    /// The last commit that survives the process; the last commit of all where nothing is durable.
    var durablePosition: Position { get }

    /// Whether a write has to wait for `waitUntilDurable` before it is acknowledged.
    var isAwaited: Bool { get }

    /// Returns once the commit at `position` is durable. Never throws `CancellationError`.
    ///
    /// - Throws: `StoreError` (`outcomeUnknown`) if that can no longer be known.
    func waitUntilDurable(_ position: Position) async throws

    /// A commit was applied; called under the writer lock, in order, before observers are told.
    func append(_ commit: Commit)
}

/// The most recent commits, in memory.
final class RingHistory: CommitHistory, @unchecked Sendable {
    private let lock = Lock()
    private let countMax: Int
    private let bytesMax: Int

    /// What the lock guards: a ring of the newest commits, which grows up to `countMax`.
    private struct Ring {
        var slots: UnsafeMutablePointer<CommitStorage?>
        var capacity: Int
        var first = 0
        var count = 0
        var bytes = 0
        var last: Int64
    }

    /// Memory of its own, so that reaching it needs no exclusivity check.
    private let ring: UnsafeMutablePointer<Ring>

    init(countMax: Int, bytesMax: Int, after position: Int64) {
        self.countMax = max(countMax, 0)
        self.bytesMax = max(bytesMax, 0)
        let capacity = min(max(countMax, 1), 1_024)
        ring = .allocate(capacity: 1)
        ring.initialize(
            to: Ring(slots: RingHistory.slots(capacity), capacity: capacity, last: position))
    }

    deinit {
        ring.pointee.slots.deinitialize(count: ring.pointee.capacity)
        ring.pointee.slots.deallocate()
        ring.deallocate()
    }

    private static func slots(_ capacity: Int) -> UnsafeMutablePointer<CommitStorage?> {
        let slots = UnsafeMutablePointer<CommitStorage?>.allocate(capacity: capacity)
        slots.initialize(repeating: nil, count: capacity)
        return slots
    }

    func append(_ commit: Commit) { append(commit.storage) }

    /// Begins anew after a position that was restored.
    func restart(after position: Int64) {
        lock.withLock { ring.pointee.last = position }
    }

    @inline(__always)
    func append(_ commit: CommitStorage) {
        // What falls out is released after the lock, all but the commonest single one in an array.
        var fallen: CommitStorage?
        var more: [CommitStorage] = []
        lock.lock()
        let ring = ring
        ring.pointee.last = commit.position
        if countMax > 0 {
            if ring.pointee.count == countMax {
                fallen = removeFirst()
            } else if ring.pointee.count == ring.pointee.capacity {
                grow()
            }
            ring.pointee.bytes &+= commit.byteCount
            var place = ring.pointee.first &+ ring.pointee.count
            if place >= ring.pointee.capacity { place -= ring.pointee.capacity }
            ring.pointee.slots[place] = commit
            ring.pointee.count += 1
            while ring.pointee.bytes > bytesMax, ring.pointee.count > 0 {
                more.append(removeFirst())
            }
        }
        lock.unlock()
        withExtendedLifetime((fallen, more)) {}
    }

    /// Makes room for more commits; the ring is full.
    private func grow() {
        let old = ring.pointee
        let capacity = min(old.capacity * 2, countMax)
        let slots = RingHistory.slots(capacity)
        for index in 0..<old.count { slots[index] = old.slots[(old.first + index) % old.capacity] }
        old.slots.deinitialize(count: old.capacity)
        old.slots.deallocate()
        ring.pointee.slots = slots
        ring.pointee.capacity = capacity
        ring.pointee.first = 0
    }

    @inline(__always)
    private func removeFirst() -> CommitStorage {
        let first = ring.pointee.first
        guard let commit = ring.pointee.slots[first] else {
            preconditionFailure("the history lost a commit")
        }
        ring.pointee.slots[first] = nil
        ring.pointee.first = first + 1 == ring.pointee.capacity ? 0 : first + 1
        ring.pointee.count -= 1
        ring.pointee.bytes &-= commit.byteCount
        return commit
    }

    func commits(after position: Position, limit: Int) async throws -> [Commit] {
        try recent(after: position, limit: limit)
    }

    func recent(after position: Position, limit: Int) throws -> [Commit] {
        try lock.withLock {
            let ring = ring.pointee
            guard position.value < UInt64(bitPattern: ring.last), limit > 0 else { return [] }
            let position = Int64(bitPattern: position.value)
            let oldest = ring.last - Int64(ring.count) + 1
            guard position >= oldest - 1 else {
                throw StoreError(.positionUnavailable(Position(UInt64(bitPattern: position))))
            }
            let skipped = Int(position - (oldest - 1))
            return (skipped..<skipped + min(limit, ring.count - skipped)).map { index in
                guard let commit = ring.slots[(ring.first + index) % ring.capacity] else {
                    preconditionFailure("the history lost a commit")
                }
                return Commit(storage: commit)
            }
        }
    }

    var durablePosition: Position {
        lock.withLock { Position(UInt64(bitPattern: ring.pointee.last)) }
    }

    var isAwaited: Bool { false }

    func waitUntilDurable(_ position: Position) async throws {}
}
