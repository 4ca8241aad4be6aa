import Synchronization

/// A wish to be kept at a position without holding a snapshot.
///
/// As long as nobody commits it costs nothing, and writers write in place; the next commit pins a snapshot for it
/// first.
public final class LazyPin: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`.
    private var pinned: Snapshot?
    private unowned let list: LazyPinList
    private let store: Store
    /// The position that is kept.
    public let position: Position
    /// The instant at which deadlines are judged.
    public let instant: Timestamp

    fileprivate init(_ store: Store, _ position: Position, _ instant: Timestamp) {
        self.store = store
        list = store.lazyPins
        self.position = position
        self.instant = instant
    }

    deinit { list.remove(ObjectIdentifier(self)) }

    /// Whether a commit has come between, so that a snapshot is held.
    public var isPinned: Bool { lock.withLock { pinned != nil } }

    /// The state at the position: the snapshot that was pinned, or one of the current version if that is still it.
    ///
    /// - Throws: `StoreError` (`stopped`).
    public func snapshot() throws -> Snapshot {
        if let pinned = lock.withLock({ pinned }) { return pinned }
        let now = try store.snapshot()
        if now.position == position {
            return Snapshot(now.state, now.catalog, now.state.pins.again(now.pin), instant)
        }
        // A commit came between the two looks, and has pinned.
        guard let pinned = lock.withLock({ pinned }) else {
            preconditionFailure("a commit passed a lazy pin by")
        }
        return pinned
    }

    fileprivate func pin(_ snapshot: Snapshot) {
        lock.withLock { pinned = snapshot }
    }
}

/// The lazy pins of the current position.
final class LazyPinList: @unchecked Sendable {
    private struct Entry {
        weak var pin: LazyPin?
    }

    private let lock = Lock()
    private let count = Atomic<Int>(0)
    // Under `lock`.
    private var waiting: [ObjectIdentifier: Entry] = [:] {
        didSet { count.store(waiting.count, ordering: .relaxed) }
    }

    /// Right for who holds S for writing, since pins are added under S.
    @inline(__always)
    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }

    func add(_ pin: LazyPin) {
        lock.withLock { waiting[ObjectIdentifier(pin)] = Entry(pin: pin) }
    }

    func remove(_ pin: ObjectIdentifier) {
        lock.withLock { _ = waiting.removeValue(forKey: pin) }
    }

    func takeAll() -> [LazyPin] {
        lock.withLock {
            let pins = waiting.values.compactMap(\.pin)
            waiting = [:]
            return pins
        }
    }
}

extension Store {
    /// Asks to be kept at the current position.
    ///
    /// - Throws: `StoreError` (`stopped`; `readsForbidden` inside a live query's body).
    /// - Complexity: O(1).
    public func lazyPin() throws -> LazyPin {
        try ReadBan.check()
        let instant = now
        // Under S no commit can be put in place, so the position stands until the pin is on the list.
        state.lock.lockForReading()
        defer { state.lock.unlock() }
        let current = state.current.pointee
        guard !current.isStopped else { throw StoreError(.stopped) }
        let pin = LazyPin(
            self, Position(UInt64(bitPattern: current.position)), instant)
        lazyPins.add(pin)
        return pin
    }

    /// Pins the current version for those who asked; called under W and S, before the version changes.
    ///
    /// Under S, so that nobody can ask between the look and the change.
    ///
    /// - Returns: the pins, to be released outside of S.
    func pinForLazyReaders() -> [LazyPin] {
        let current = state.current.pointee
        let waiting = lazyPins.takeAll()
        for pin in waiting {
            let held = state.pins.pin(current.position, StoreNode(current.root))
            pin.pin(Snapshot(state, catalog, held, pin.instant))
        }
        return waiting
    }
}
