/// One life of one bucket: what does not belong to a version.
final class BucketIdentity: @unchecked Sendable {
    let reference: BucketReference
    let slot: Int
    let definition: BucketDefinition
    let layout: BucketLayout
    let policies: [any WritePolicy]
    let marks: ReadMarks?
    let counters: AutoincrementCounters
    let draw: @Sendable (Int) -> Int64
    /// Whether commits to the bucket are more than keys and records: policies or unique fields have a say.
    let isReviewed: Bool
    /// Whether the bucket has autoincrement fields.
    let countsUp: Bool

    // Under W.
    var nextRow: RowID = 1
    var wantsOldImages = false
    /// Up to where the autoincrement fields' values are known to the history, by slot.
    var loggedMarks: [Int: Int64] = [:]

    init(
        slot: Int, definition: BucketDefinition, layout: BucketLayout,
        policies: [any WritePolicy], marks: ReadMarks?, counters: AutoincrementCounters
    ) {
        reference = definition.reference
        self.layout = layout
        self.slot = slot
        self.definition = definition
        self.policies = policies
        self.marks = marks
        self.counters = counters
        draw = { counters.draw($0) }
        isReviewed = !policies.isEmpty || !layout.uniqueSlots.isEmpty
        countsUp = !layout.layout.autoincrementSlots.isEmpty
    }
}

extension BucketIdentity {
    /// How far ahead of the last value given out a mark is written, so that few commits carry one.
    static let markStride: Int64 = 32

    /// Whether values have been given out that the history does not know of.
    ///
    /// Under W.
    @inline(__always)
    var hasUnloggedMarks: Bool {
        countsUp && counters.marks.contains { $0.value > loggedMarks[$0.key, default: 0] }
    }

    /// The marks that the next commit to the bucket has to carry.
    ///
    /// Under W.
    func unloggedMarks() -> [CommitChange] {
        counters.marks.sorted { $0.key < $1.key }.compactMap { slot, mark in
            guard mark > loggedMarks[slot, default: 0] else { return nil }
            let (ahead, overflow) = mark.addingReportingOverflow(BucketIdentity.markStride)
            return .autoincrement(
                reference, field: layout.layout.names[slot], through: overflow ? .max : ahead)
        }
    }

    /// Remembers a mark that a commit carried.
    ///
    /// Under W.
    func noteLogged(_ field: String, _ mark: Int64) {
        if let slot = layout.layout.slot(of: field) { loggedMarks[slot] = mark }
    }
}

/// A bucket's compiled schema, as one version of the state sees it.
final class BucketLayout: Sendable {
    let layout: Layout
    let reference: BucketReference
    /// The position from which this layout holds.
    let stamp: Int64
    /// The fields of the key; `keySlot` is the first of them.
    let keySlots: [Int]
    let keySlot: Int
    let shapes: [IndexShape]
    let uniqueSlots: [[Int]]

    init(_ layout: Layout, _ reference: BucketReference, stamp: Int64) {
        self.layout = layout
        self.reference = reference
        self.stamp = stamp
        keySlots = layout.keySlots
        keySlot = layout.keySlot
        shapes = layout.indexes.map { IndexShape(slots: $0.slots, kinds: $0.kinds) }
        uniqueSlots = layout.uniques.map(\.slots)
    }
}

/// The next values of a bucket's autoincrement fields.
///
/// Values are given out once, whatever becomes of the write.
final class AutoincrementCounters: @unchecked Sendable {
    private let lock = Lock()
    private var next: [Int: Int64]

    init(slots: [Int]) {
        next = Dictionary(uniqueKeysWithValues: slots.map { ($0, 1) })
    }

    /// Draws a value.
    ///
    /// Saturates at the largest integer, where every further insert meets a key that exists.
    func draw(_ slot: Int) -> Int64 {
        lock.withLock {
            let value = next[slot, default: 1]
            next[slot] = value == .max ? .max : value + 1
            return value
        }
    }

    /// Sees to it that `value`, which a caller gave, is not drawn later.
    func advance(_ slot: Int, past value: Int64) {
        lock.withLock {
            if next[slot, default: 1] <= value { next[slot] = value == .max ? .max : value + 1 }
        }
    }

    /// The last value given out for each slot; 0 when there was none.
    var marks: [Int: Int64] { lock.withLock { next.mapValues { $0 - 1 } } }
}
