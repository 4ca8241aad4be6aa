// What older versions hold back
// =============================
//
// When a pin goes, what the next older one cannot see (stamp > its position) is freed, and the rest is handed on to that
// one. In whatever order pins go, an item is looked at twice: when its own pin goes, and when it is freed. In between it
// lies in a batch, in order of stamps, and batches form a leftist heap with the youngest item on top: handing a thousand
// batches on is one meld, and what is to be freed is what comes first.
//
// (Crane 1972; Knuth, The Art of Computer Programming 3, 5.2.3.)

/// A pin's list of garbage.
///
/// It goes from thread to thread as a whole.
struct Garbage: @unchecked Sendable {
    /// What has just been given up, in no order; few items, so that no array that grows is copied under a lock.
    private var loose: ContiguousArray<Retired>
    /// What was handed on by pins that are gone.
    private var heap: Batch?
    /// What all of it takes, roughly.
    private(set) var bytes: Int
    /// Batches that were met, and items that were looked at; tests count it.
    private(set) var steps = 0

    /// How many items may be loose.
    private static let looseMax = 512

    init(_ items: ContiguousArray<Retired> = []) {
        bytes = items.reduce(0) { $0 + Int($1.bytes) }
        loose = []
        if items.count <= Garbage.looseMax { loose = items } else { heap = Batch(items) }
    }

    var isEmpty: Bool { loose.isEmpty && heap == nil }

    /// Takes in what another one has.
    ///
    /// O(log batches), beyond a bounded number of items.
    mutating func take(_ other: Garbage) {
        if loose.count + other.loose.count > Garbage.looseMax {
            heap = meld(heap, Batch(loose))
            loose = []
        }
        loose.append(contentsOf: other.loose)
        heap = meld(heap, other.heap)
        bytes += other.bytes
    }

    /// Frees what cannot be seen from `pinned`, the position of the newest pin that is left; the rest is in order then.
    ///
    /// - Parameters:
    ///   - pinned: that position; below every stamp when there is none.
    ///   - itemsMax: how many items may be looked at; a whole tree is too many.
    /// - Returns: whether that was enough; otherwise call this again where there is time.
    mutating func settle(pinned: Int64, itemsMax: Int) -> Bool {
        let takesTrees = itemsMax == .max
        guard loose.count <= itemsMax, takesTrees || !loose.contains(where: \.isSubtree) else {
            return false
        }
        var disposal = Disposal(pinned: pinned)
        for item in loose { look(at: item, &disposal) }
        var left = itemsMax - loose.count
        loose = []
        while left > 0, let batch = heap, batch.youngest > pinned {
            heap = meld(batch.left, batch.right)
            batch.becomeSingle()
            batch.putInOrder()
            while left > 0, let item = batch.items.last, item.stamp > pinned,
                takesTrees || !item.isSubtree
            {
                batch.items.removeLast()
                look(at: item, &disposal)
                left -= 1
            }
            guard let youngest = batch.items.last else { continue }
            batch.youngest = youngest.stamp
            heap = meld(heap, batch)
            if youngest.stamp > pinned { break }
        }
        keep(disposal.kept)
        return heap.map { $0.youngest <= pinned } ?? true
    }

    private mutating func look(at item: Retired, _ disposal: inout Disposal) {
        steps += 1
        bytes -= Int(item.bytes)
        disposal.dispose(item)
    }

    private mutating func keep(_ items: ContiguousArray<Retired>) {
        guard !items.isEmpty else { return }
        bytes += items.reduce(0) { $0 + Int($1.bytes) }
        heap = meld(heap, Batch(items))
    }

    /// Visits everything.
    func forEach(_ body: (Retired) -> Void) {
        loose.forEach(body)
        var batches = [heap].compactMap(\.self)
        while let batch = batches.popLast() {
            batch.items.forEach(body)
            batches += [batch.left, batch.right].compactMap(\.self)
        }
    }
}

extension Garbage {
    /// Items, at least one, and the heap below them.
    fileprivate final class Batch {
        /// Put in order, the youngest last, when the first of them is wanted.
        var items: ContiguousArray<Retired>
        private var isInOrder = false
        /// The greatest of the items' stamps.
        var youngest: Int64
        /// Left is where the heap is deeper.
        var left: Batch?
        var right: Batch?
        /// How many batches the way down to the right has: at most the logarithm of all.
        private(set) var rank = 1

        init(_ items: ContiguousArray<Retired>) {
            self.items = items
            youngest = items.reduce(.min) { max($0, $1.stamp) }
        }

        func putInOrder() {
            guard !isInOrder else { return }
            items.sort { $0.stamp < $1.stamp }
            isInOrder = true
        }

        func becomeSingle() {
            left = nil
            right = nil
            rank = 1
        }

        /// Sees to it that the left side is the deeper one.
        func lean() {
            if (left?.rank ?? 0) < (right?.rank ?? 0) {
                let former = left
                left = right
                right = former
            }
            rank = (right?.rank ?? 0) + 1
        }
    }

    /// One heap out of two.
    ///
    /// O(log batches), and no deeper on the stack.
    private mutating func meld(_ one: Batch?, _ other: Batch?) -> Batch? {
        guard let one else { return other }
        guard let other else { return one }
        steps += 1
        let (top, lower) = one.youngest >= other.youngest ? (one, other) : (other, one)
        top.right = meld(top.right, lower)
        top.lean()
        return top
    }
}

extension Retired {
    @inline(__always)
    var isSubtree: Bool { kind == .rows || kind == .trie || kind == .index }
}
