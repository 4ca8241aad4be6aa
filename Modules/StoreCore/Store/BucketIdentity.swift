import Synchronization

/// One life of one bucket: what does not belong to a version.
final class BucketIdentity: @unchecked Sendable {
    let reference: BucketReference
    let slot: Int
    let policies: [any WritePolicy]
    let marks: ReadMarks?
    let deadlineRule: DeadlineRule?
    let limit: SizeLimit?
    /// Whether most reads of a record need the instant: it is looked up before S is taken then.
    let readsClock: Bool
    /// The newest of `forms`.
    private let current: Atomic<UnsafeRawPointer>

    // Under W.
    /// Every form that the bucket has had: operations may still be prepared with one that is over.
    private var forms: [BucketForm]
    /// Whether policies, unique fields or references of the bucket's own have a say in commits.
    private var hasRules: Bool
    /// Whether the bucket has autoincrement fields.
    private(set) var countsUp: Bool
    var nextRow: RowID = 1
    var wantsOldImages = false
    /// The enforced references that lead here.
    var referrers: [Referrer] = [] {
        didSet { isReferenced = !referrers.isEmpty }
    }
    private var isReferenced = false
    /// Up to where the autoincrement fields' values are known to the history, in the counters' order.
    var loggedMarks: [Int64]

    init(
        slot: Int, form: BucketForm, policies: [any WritePolicy], marks: ReadMarks?,
        deadlineRule: DeadlineRule? = nil, limit: SizeLimit? = nil
    ) {
        reference = form.layout.reference
        self.slot = slot
        self.policies = policies
        self.marks = marks
        self.deadlineRule = deadlineRule
        self.limit = limit
        readsClock = marks != nil || deadlineRule != nil
        current = Atomic(UnsafeRawPointer(Unmanaged.passUnretained(form).toOpaque()))
        forms = [form]
        loggedMarks = Array(repeating: 0, count: form.counters.slots.count)
        hasRules = !policies.isEmpty || form.hasRules
        countsUp = form.countsUp
    }

    /// What the bucket's definition says now; another one from one moment to the next, unless W is held.
    @inline(__always)
    var form: BucketForm {
        Unmanaged<BucketForm>.fromOpaque(current.load(ordering: .acquiring)).takeUnretainedValue()
    }

    @inline(__always)
    var layout: BucketLayout { form.layout }
    @inline(__always)
    var counters: AutoincrementCounters { form.counters }
    var definition: BucketDefinition { form.layout.definition }

    /// Whether what was prepared with a form can be carried out.
    @inline(__always)
    func isFormed(as form: BucketForm) -> Bool {
        current.load(ordering: .relaxed)
            == UnsafeRawPointer(Unmanaged.passUnretained(form).toOpaque())
    }

    /// Changes the definition.
    ///
    /// Under W.
    func take(_ form: BucketForm) {
        let (before, logged) = (self.form, loggedMarks)
        loggedMarks = form.counters.slots.map { slot in
            let former = before.layout.layout.slot(of: form.layout.layout.names[slot])
            return former.flatMap { before.counters.place(of: $0) }.map { logged[$0] } ?? 0
        }
        forms.append(form)
        hasRules = !policies.isEmpty || form.hasRules
        countsUp = form.countsUp
        current.store(
            UnsafeRawPointer(Unmanaged.passUnretained(form).toOpaque()), ordering: .releasing)
    }
}

/// What follows from one version of a bucket's definition, for those who write.
final class BucketForm: Sendable {
    let layout: BucketLayout
    let counters: AutoincrementCounters
    let draw: @Sendable (Int) -> Int64
    let hasRules: Bool
    let countsUp: Bool

    init(_ layout: BucketLayout, _ counters: AutoincrementCounters) {
        self.layout = layout
        self.counters = counters
        draw = { counters.draw($0) }
        hasRules = !layout.uniqueShapes.isEmpty || !layout.layout.references.isEmpty
        countsUp = !layout.layout.autoincrementSlots.isEmpty
    }
}

extension BucketIdentity {
    /// Whether commits to the bucket are more than keys and records.
    ///
    /// Under W.
    @inline(__always)
    var isReviewed: Bool { hasRules || isReferenced }

    /// How far ahead of the last value given out a mark is written, so that few commits carry one.
    static let markStride: Int64 = 32

    /// Whether values have been given out that the history does not know of.
    ///
    /// Under W.
    @inline(__always)
    var hasUnloggedMarks: Bool {
        countsUp && counters.arePast(loggedMarks)
    }

    /// The marks that the next commit to the bucket has to carry.
    ///
    /// Under W.
    func unloggedMarks() -> [CommitChange] {
        zip(counters.marks, loggedMarks).compactMap { counter, logged in
            guard counter.mark > logged else { return nil }
            let (ahead, overflow) = counter.mark.addingReportingOverflow(BucketIdentity.markStride)
            return .autoincrement(
                reference, field: layout.layout.names[counter.slot],
                through: overflow ? .max : ahead)
        }
    }

    /// Remembers a mark that a commit carried.
    ///
    /// Under W.
    func noteLogged(_ field: String, _ mark: Int64) {
        guard let slot = layout.layout.slot(of: field), let place = counters.place(of: slot) else {
            return
        }
        loggedMarks[place] = mark
    }
}

/// A bucket's compiled schema, as one version of the state sees it.
final class BucketLayout: Sendable {
    let layout: Layout
    /// The bucket as it was defined.
    let definition: BucketDefinition
    let reference: BucketReference
    /// The position from which this layout holds.
    let stamp: Int64
    /// The fields of the key; `keySlot` is the first of them.
    let keySlots: [Int]
    let keySlot: Int
    let shapes: [IndexShape]
    /// The unique constraints; these have tries in the place of trees.
    let uniqueShapes: [IndexShape]
    private let meaning: Meaning

    /// Stands for one version of one bucket's definition.
    private final class Meaning: Sendable {}

    /// A layout of its own meaning, or of that of `restored`: the one that the state has, if it is defined as it was.
    init(
        _ layout: Layout, _ definition: BucketDefinition, stamp: Int64,
        binding restored: BucketLayout? = nil
    ) {
        meaning = restored?.meaning ?? Meaning()
        self.layout = layout
        self.definition = definition
        reference = definition.reference
        self.stamp = stamp
        keySlots = layout.keySlots
        keySlot = layout.keySlot
        shapes = layout.indexes.map { IndexShape($0.content, in: layout) }
        uniqueShapes = layout.uniques.map { IndexShape($0.content, in: layout) }
    }

    /// Whether both are of one version of one bucket's definition.
    ///
    /// They may be two objects: where a restored bucket is defined as it had been, its state stays what it was,
    /// and only the handles have the new one, with closures that cannot be restored.
    @inline(__always)
    func isSame(as other: BucketLayout) -> Bool { self === other || meaning === other.meaning }
}

/// The next values of a bucket's autoincrement fields.
///
/// Values are given out once, whatever becomes of the write.
final class AutoincrementCounters: @unchecked Sendable {
    /// The slots that are counted.
    let slots: [Int]
    private let lock = Lock()
    // Under `lock`: what is drawn next, in the order of `slots`.
    private var next: [Int64]

    /// Counters for the autoincrement fields of `layout`.
    ///
    /// A field that a former life of the bucket counted goes on from there, wherever it stands now.
    init(_ layout: Layout, goingOnFrom former: BucketForm? = nil) {
        slots = layout.autoincrementSlots
        next = Array(repeating: 1, count: slots.count)
        guard let former else { return }
        for (slot, mark) in former.counters.marks {
            if let now = layout.slot(of: former.layout.layout.names[slot]) {
                advance(now, past: mark)
            }
        }
    }

    /// Where a slot's counter stands among the others; nil for a slot that is not counted.
    @inline(__always)
    func place(of slot: Int) -> Int? { slots.firstIndex(of: slot) }

    /// Draws a value.
    ///
    /// Saturates at the largest integer, where every further insert meets a key that exists.
    func draw(_ slot: Int) -> Int64 {
        guard let place = place(of: slot) else {
            preconditionFailure("a value was drawn for a field that is not counted")
        }
        return lock.withLock {
            let value = next[place]
            next[place] = value == .max ? .max : value + 1
            return value
        }
    }

    /// Sees to it that `value`, which a caller gave, is not drawn later; nothing for a slot that is not counted.
    func advance(_ slot: Int, past value: Int64) {
        guard let place = place(of: slot) else { return }
        lock.withLock {
            if next[place] <= value { next[place] = value == .max ? .max : value + 1 }
        }
    }

    /// Sees to it that no value of `record`, wherever it came from, is drawn later.
    func advance(past record: RecordStorage) {
        for slot in slots {
            switch record.value(at: slot) {
            case .integer(let value): advance(slot, past: value)
            case .double(let value):
                // Beyond the integers it stands in nobody's way: no value that great is ever drawn.
                if let whole = Int64(exactly: value.rounded(.down)) { advance(slot, past: whole) }
            default: break
            }
        }
    }

    /// Whether a value has been given out that is greater than its slot's in `marks`.
    ///
    /// Allocates nothing: every write to a bucket that counts asks this.
    @inline(__always)
    func arePast(_ marks: [Int64]) -> Bool {
        lock.withLock {
            for place in next.indices where next[place] - 1 > marks[place] { return true }
            return false
        }
    }

    /// The last value given out for each slot; 0 when there was none.
    var marks: [(slot: Int, mark: Int64)] {
        lock.withLock { zip(slots, next).map { ($0, $1 - 1) } }
    }
}
