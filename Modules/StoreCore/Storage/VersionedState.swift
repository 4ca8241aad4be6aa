// The current version, and the lock that guards it
// ================================================
//
// `root` and `position` change under S, the state lock, held for writing, and only by who holds W, the writer lock.
// Point reads run under S held for reading, and so does taking a snapshot. Small commits edit in place under S; large
// ones build a private copy under W alone and swap the root under S.

/// A store's state: the current version, and the pins that hold older ones.
final class VersionedState: @unchecked Sendable {
    /// What the state lock guards.
    ///
    /// It lies in memory of its own, so that reaching it needs no exclusivity check.
    struct Current {
        var root: RawNode
        var position: Int64
        /// Set once, when the store stops.
        var isStopped: Bool
    }

    let lock = ReadWriteLock()
    let current: UnsafeMutablePointer<Current>
    let pins = PinRegistry()
    /// An empty list with room, for the next writer; under W.
    private let scratch: UnsafeMutablePointer<ContiguousArray<Retired>>
    let seed: SeededHash
    /// The queries that took long, of whatever version.
    let slowQueries: SlowQueryLog

    /// Commits of more changes than this are built aside.
    static let inPlaceMax = 256

    init(seed: SeededHash, slowQueries: SlowQueryLog) {
        self.seed = seed
        self.slowQueries = slowQueries
        scratch = .allocate(capacity: 1)
        scratch.initialize(to: [])
        current = .allocate(capacity: 1)
        current.initialize(
            to: Current(
                root: StoreNode.make(slots: 0, stamp: 0).node, position: 0, isStopped: false))
    }

    deinit {
        // Every snapshot keeps the state alive, so nobody reads any more.
        var editor = Editor(stamp: .max, shared: .max)
        let root = StoreNode(current.pointee.root)
        root.forEach { page, _ in
            editor.retire(page, bytes: 0)
        } bucket: { _, bucket, _ in
            editor.retire(bucket: bucket)
        }
        editor.retire(root.node, bytes: root.bytes)
        current.deallocate()
        scratch.deinitialize(count: 1)
        scratch.deallocate()
        pins.disposeOfEverything(editor.retired)
    }

    /// Runs `body` on the current root with writers kept out.
    @inline(__always)
    func read<R, E: Error>(_ body: (borrowing Current) throws(E) -> R) throws(E) -> R {
        lock.lockForReading()
        defer { lock.unlock() }
        return try body(current.pointee)
    }

    /// Pins the current version.
    ///
    /// O(1).
    func pin() -> Pin {
        lock.lockForReading()
        defer { lock.unlock() }
        return pins.pin(current.pointee.position, StoreNode(current.pointee.root))
    }

    /// The pin's views without overdue records.
    ///
    /// Those of the current version stay until the next commit, whoever lets go of the pin: most
    /// reads hold it no longer than they run, and the next one would have to build the same view.
    func overdueViews(of pin: Pin) -> OverdueViews {
        let (views, isKept) = pins.overdueViews(of: pin)
        if isKept { return views }
        lock.lockForReading()
        defer { lock.unlock() }
        if current.pointee.position == pin.position { pins.keep(pin) }
        return views
    }

    /// The current root, for who holds W.
    @inline(__always)
    var rootForWriter: StoreNode { StoreNode(current.pointee.root) }

    /// The current position, for who holds W.
    @inline(__always)
    var positionForWriter: Int64 { current.pointee.position }

    /// Makes the next version; the caller holds W.
    ///
    /// `edit` cannot fail, and readers see all of it or nothing.
    ///
    /// - Parameters:
    ///   - position: the position of the commit.
    ///   - changes: how many records change; decides between editing in place and aside.
    ///   - willChange: called under S, the last moment of the version that was current.
    ///   - edit: changes the root, which is writable, and returns the one to publish.
    @inline(__always)
    func advance(
        to position: Int64, changes: Int, willChange: () -> Void = {},
        _ edit: (_ root: StoreNode, inout Editor) -> StoreNode
    ) {
        var editor: Editor
        var isPinned = true
        if changes <= VersionedState.inPlaceMax {
            lock.lockForWriting()
            willChange()
            let newest = pins.newestPosition
            isPinned = newest != Disposal.none
            editor = Editor(stamp: position, shared: newest)
            swap(&editor.retired, &scratch.pointee)
            publish(edit(StoreNode(current.pointee.root).writable(&editor), &editor), position)
            lock.unlock()
        } else {
            editor = Editor(stamp: position, shared: current.pointee.position)
            let root = edit(StoreNode(current.pointee.root).writable(&editor), &editor)
            lock.lockForWriting()
            willChange()
            publish(root, position)
            lock.unlock()
        }
        pins.endKeeping(before: position)
        if isPinned || editor.retiresTrees || editor.retired.count > 8 {
            pins.dispose(editor.retired, replacedAt: position)
        } else {
            // No snapshot of an earlier position is alive, and none can come to be.
            Disposal.disposeAll(&editor.retired)
            swap(&editor.retired, &scratch.pointee)
        }
    }

    @inline(__always)
    private func publish(_ root: StoreNode, _ position: Int64) {
        current.pointee.root = root.node
        current.pointee.position = position
    }

    /// Ends point reads and snapshots: from here on they find the store stopped.
    func stop() {
        lock.lockForWriting()
        current.pointee.isStopped = true
        lock.unlock()
    }
}
