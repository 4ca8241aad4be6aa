// Who still needs old versions
// ============================
//
// A pin stands for the snapshots of one position. Pins form a list by position, and each has a list of garbage: what
// was given up while it was the newest pin that could see it. When a pin goes, what the next older one can see (stamp ≤
// its position) moves there, the rest is freed; `Garbage` says how. Nothing is ever searched for, a write pays nothing
// for snapshots that it does not disturb, and what a snapshot holds back is known exactly.
//
// Garbage on its way to a pin is one use of that pin, so that it finds it there.

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
    fileprivate(set) var garbage = Garbage()

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
    /// The bytes of all pins' garbage.
    private var bytes = 0
    /// What releases have looked at: pins, batches of garbage and items of it; tests count it.
    private(set) var steps = 0
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
    /// O(log n) for n pins on the caller's thread, whichever of them it is, beyond a bounded number of frees.
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
            case .gone(let garbage, let older):
                if !garbage.isEmpty { settle(garbage, for: older) }
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
        if !items.isEmpty { dispose(items, seenBefore: position) }
    }

    /// Frees `items` when the state itself goes: nobody uses a pin any more.
    ///
    /// Views that have yet to be freed share nodes with it, and go first.
    func disposeOfEverything(_ items: ContiguousArray<Retired>) {
        endKept(before: .max)
        dispose(items, seenBefore: .max, isLater: lock.withLock { endings > 0 })
    }

    private func dispose(
        _ items: ContiguousArray<Retired>, seenBefore position: Int64, isLater: Bool = false
    ) {
        // Who writes finds at most the pin of his own commit in front of the one that he looks for.
        let owner = lock.withLock {
            var pin = newest
            while let candidate = pin, candidate.position >= position {
                steps += 1
                pin = candidate.older
            }
            pin?.uses += 1
            return pin
        }
        let isFew = items.count <= PinRegistry.inlineMax && !items.contains(where: \.isSubtree)
        if !isLater, isFew { return free(items, unless: owner) }
        let work = DisposalWork(items: items)
        Reaper.shared.enqueue { [self] in free(work.items, unless: owner) }
    }

    /// Frees what `owner` does not need, and gives the rest to it.
    private func free(_ items: ContiguousArray<Retired>, unless owner: Pin?) {
        var disposal = Disposal(pinned: owner?.position ?? Disposal.none)
        disposal.dispose(items)
        if let owner { give(Garbage(disposal.kept), to: owner) }
    }

    /// What a release comes to.
    private enum Release {
        /// Somebody else still uses the pin.
        case kept
        /// The pin would go, but has views; it is released again when they have ended.
        case ends(OverdueViews)
        /// The pin has left the list; this is its garbage, and the pin for whose sake it may have to stay.
        case gone(Garbage, Pin?)
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
            pin.garbage = Garbage()
            bytes -= garbage.bytes
            steps += 1
            if !garbage.isEmpty { older?.uses += 1 }
            return .gone(garbage, older)
        }
    }

    /// Frees what `owner` does not need of a pin that is gone, and hands the rest on.
    private func settle(_ garbage: Garbage, for owner: Pin?) {
        let pinned = owner?.position ?? Disposal.none
        var garbage = garbage
        let before = garbage.steps
        guard garbage.settle(pinned: pinned, itemsMax: PinRegistry.inlineMax) else {
            Reaper.shared.enqueue { [self, garbage] in
                var garbage = garbage
                _ = garbage.settle(pinned: pinned, itemsMax: .max)
                give(garbage, to: owner, countingFrom: before)
            }
            return
        }
        give(garbage, to: owner, countingFrom: before)
    }

    /// Hands garbage to the pin that has waited for it; without one there is none left.
    private func give(_ garbage: Garbage, to owner: Pin?, countingFrom before: Int = 0) {
        let isOver = lock.withLock {
            steps += garbage.steps - before
            guard let owner else { return false }
            let known = owner.garbage.steps
            owner.garbage.take(garbage)
            steps += owner.garbage.steps - known
            bytes += garbage.bytes
            guard owner.uses > 1 else { return true }
            owner.uses -= 1
            return false
        }
        if isOver, let owner { unpin(owner) }
    }

    /// The oldest pinned position; nil when there is none.
    var oldestPosition: Int64? { lock.withLock { oldest?.position } }

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
            let unused = kept?.uses == 1 ? 1 : 0
            return (count - unused, oldest?.position, oldest?.since, bytes)
        }
    }
}

/// Garbage on its way to the reaper's thread.
struct DisposalWork: @unchecked Sendable {
    let items: ContiguousArray<Retired>
}
