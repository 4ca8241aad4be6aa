// Who still needs old versions
// ============================
//
// A pin stands for the snapshots of one position. Pins form a list by position, and each has a list of garbage: what
// was given up while it was the newest pin that could see it. When a pin goes, its garbage is sorted once: what the
// next older pin can see (stamp ≤ its position) moves there, the rest is freed. Nothing is ever searched for, a
// write pays nothing for snapshots that it does not disturb, and what a snapshot holds back is known exactly.

import Synchronization

/// One position that is being read.
///
/// Its variables are the registry's, under the registry's lock.
final class Pin: @unchecked Sendable {
    let position: Int64
    let root: StoreNode
    /// When the pin was made, on the monotonic clock.
    let since: Int64
    /// Buckets as they look without records that have become overdue since.
    fileprivate(set) var overdue: OverdueViews?
    fileprivate(set) var uses = 1
    fileprivate(set) var older: Pin?
    fileprivate(set) unowned(unsafe) var newer: Pin?
    fileprivate(set) var garbage = ContiguousArray<Retired>()
    fileprivate(set) var bytes = 0

    init(position: Int64, root: StoreNode, since: Int64) {
        self.position = position
        self.root = root
        self.since = since
    }
}

/// The pins of a store.
final class PinRegistry: @unchecked Sendable {
    // Everything below, and every pin's variables, is touched under `lock` only.
    private let lock = Lock()
    private var newest: Pin? {
        // Releasing: who sees a pin gone may write where its readers have read.
        didSet { newestShared.store(newest?.position ?? Disposal.none, ordering: .releasing) }
    }
    private let newestShared = Atomic<Int64>(Disposal.none)
    private unowned(unsafe) var oldest: Pin?
    private var count = 0
    /// The current version's pin, if there are views of it: one use is the registry's, until the
    /// next commit.
    private var kept: Pin? {
        didSet { isKeeping.store(kept != nil, ordering: .relaxed) }
    }
    private let isKeeping = Atomic<Bool>(false)
    /// Views on their way to the reaper's thread.
    private var endings = 0

    /// Work of at most this many entries is done by whoever causes it; more goes to the reaper.
    private static let inlineMax = 512

    /// The newest pinned position, or less than any position.
    ///
    /// Right for who keeps pins from being made; one that goes meanwhile may still be counted, which costs a copy.
    @inline(__always)
    var newestPosition: Int64 { newestShared.load(ordering: .acquiring) }

    /// Pins `root`, which is the state at `position`; the caller keeps writers out meanwhile.
    ///
    /// O(1).
    func pin(_ position: Int64, _ root: StoreNode) -> Pin {
        lock.withLock {
            if let newest, newest.position == position {
                newest.uses += 1
                return newest
            }
            let pin = Pin(
                position: position, root: root, since: Platform.monotonicMicroseconds())
            pin.older = newest
            if let newest { newest.newer = pin } else { oldest = pin }
            newest = pin
            count += 1
            return pin
        }
    }

    /// The same pin for one more user.
    func again(_ pin: Pin) -> Pin {
        lock.withLock {
            pin.uses += 1
            return pin
        }
    }

    /// The pin's overdue views, made when first needed, and whether they are kept until the next
    /// commit.
    func overdueViews(of pin: Pin) -> (views: OverdueViews, isKept: Bool) {
        lock.withLock {
            let views = pin.overdue ?? OverdueViews()
            pin.overdue = views
            return (views, kept === pin)
        }
    }

    /// Keeps the views of the current version, whose pin this is; the caller keeps writers out
    /// meanwhile.
    func keep(_ pin: Pin) {
        lock.withLock {
            // The version before may still be kept by a writer that is about to let it go.
            guard kept == nil else { return }
            pin.uses += 1
            kept = pin
        }
    }

    /// Lets go of the views of the version before `position`, which is current.
    ///
    /// Whoever kept them did so under S, before the writer that calls this.
    @inline(__always)
    func endKeeping(before position: Int64) {
        if isKeeping.load(ordering: .relaxed) { endKept(before: position) }
    }

    private func endKept(before position: Int64) {
        let pin = lock.withLock { () -> Pin? in
            guard let pin = kept, pin.position < position else { return nil }
            kept = nil
            return pin
        }
        if let pin { unpin(pin) }
    }

    /// Lets go of a pin.
    ///
    /// O(1) on the caller's thread beyond a bounded number of frees.
    func unpin(_ pin: Pin) { unpin(pin, isReaping: false) }

    private func unpin(_ pin: Pin, isReaping: Bool) {
        while true {
            switch release(pin) {
            case .kept: return
            case .ends(let views):
                let ended = views.end()
                // The use that was to be released is the reaper's now.
                if !isReaping, ended.isMuch { return reap(ended, pin) }
                ended.free()
            case .gone(let garbage):
                if !garbage.isEmpty { settle(garbage, before: pin.position) }
                return
            }
        }
    }

    /// Frees views that were replaced, of a pin that the caller uses.
    func free(_ branches: EndedBranches, of pin: Pin) {
        if branches.isMuch { reap(branches, again(pin)) } else { branches.free() }
    }

    /// Frees branches on the reaper's thread, and releases one use of their pin after that.
    private func reap(_ branches: EndedBranches, _ pin: Pin) {
        lock.withLock { endings += 1 }
        Reaper.shared.enqueue { [self] in
            branches.free()
            unpin(pin, isReaping: true)
            lock.withLock { endings -= 1 }
        }
    }

    /// Gives up what the commit at `position` replaced.
    ///
    /// The same bounds as `unpin`.
    @inline(__always)
    func dispose(_ items: ContiguousArray<Retired>, replacedAt position: Int64) {
        if !items.isEmpty { settle(items, before: position) }
    }

    /// Frees `items` when the state itself goes: nobody uses a pin any more.
    ///
    /// Views that have yet to be freed share nodes with it, and go first.
    func disposeOfEverything(_ items: ContiguousArray<Retired>) {
        endKept(before: .max)
        settle(items, before: .max, isLater: lock.withLock { endings > 0 })
    }

    /// What a release comes to.
    private enum Release {
        /// Somebody else still uses the pin.
        case kept
        /// The pin would go, but has views; it is released again when they have ended.
        case ends(OverdueViews)
        /// The pin has left the list, and this is its garbage.
        case gone(ContiguousArray<Retired>)
    }

    /// Takes one use away, and with the last one the pin from the list.
    ///
    /// Views share nodes with the pinned version, which a writer may change and free as soon as the pin has left the
    /// list: so they end while it is still there.
    private func release(_ pin: Pin) -> Release {
        lock.withLock {
            if pin.uses == 1, let views = pin.overdue {
                pin.overdue = nil
                return .ends(views)
            }
            pin.uses -= 1
            guard pin.uses == 0 else { return .kept }
            let older = pin.older
            if let newer = pin.newer { newer.older = older } else { newest = older }
            if let older { older.newer = pin.newer } else { oldest = pin.newer }
            pin.older = nil
            count -= 1
            let garbage = pin.garbage
            pin.garbage = []
            return .gone(garbage)
        }
    }

    private func settle(
        _ items: ContiguousArray<Retired>, before position: Int64, isLater: Bool = false
    ) {
        if !isLater, items.count <= PinRegistry.inlineMax, !items.contains(where: \.isSubtree) {
            sort(items, before: position)
        } else {
            let work = DisposalWork(items: items)
            Reaper.shared.enqueue { [self] in sort(work.items, before: position) }
        }
    }

    /// Frees what no pin older than `position` needs and hands the rest to the newest of those.
    private func sort(_ items: ContiguousArray<Retired>, before position: Int64) {
        let owner = lock.withLock {
            var pin = newest
            while let candidate = pin, candidate.position >= position { pin = candidate.older }
            pin?.uses += 1
            return pin
        }
        var disposal = Disposal(pinned: owner?.position ?? Disposal.none)
        disposal.dispose(items)
        guard let owner else { return }
        let bytes = disposal.kept.reduce(0) { $0 + Int($1.bytes) }
        lock.withLock {
            owner.garbage.append(contentsOf: disposal.kept)
            owner.bytes += bytes
        }
        unpin(owner)
    }

    /// The live pins, newest first.
    var live: [Pin] {
        lock.withLock {
            var pins: [Pin] = []
            var pin = newest
            while let each = pin {
                pins.append(each)
                pin = each.older
            }
            return pins
        }
    }

    /// Live pins, the oldest one's position and age, and the bytes that pins hold back.
    ///
    /// A version that is only kept for the sake of its views does not count: nobody holds it.
    func statistics() -> (count: Int, oldest: Int64?, since: Int64?, bytes: Int) {
        lock.withLock {
            if let kept, kept.uses == 1, kept === oldest { return (0, nil, nil, 0) }
            var bytes = 0
            var pin = newest
            while let each = pin {
                bytes += each.bytes
                pin = each.older
            }
            let unused = kept?.uses == 1 ? 1 : 0
            return (count - unused, oldest?.position, oldest?.since, bytes)
        }
    }
}

extension Retired {
    @inline(__always)
    var isSubtree: Bool { kind == .rows || kind == .trie || kind == .index }
}

/// Garbage on its way to the reaper's thread.
struct DisposalWork: @unchecked Sendable {
    let items: ContiguousArray<Retired>
}
