/// How many records a bucket may hold, and who gives way to new ones.
///
/// Held on what a commit leaves, however its records are written: when the commit would leave more, records whose
/// deadline has passed go first, with reason `expired`, and then victims, with reason `evicted`, in the same commit. A
/// commit that is refused evicts nothing. What a commit inserts itself gives way last, the oldest first.
public struct SizeLimit: Sendable {
    let count: Int
    let victim: @Sendable (inout VictimCandidates) -> Record?

    /// - Parameters:
    ///   - count: how many records stay at most; a number below 1 counts as 1.
    ///   - victim: chooses the record to go next, out of `candidates`; with nil, the oldest goes. It runs under the writer
    ///     lock, once for every victim, and for a commit that is refused after all, too: it must be quick, and must not use
    ///     the store.
    public init(
        _ count: Int,
        victim: @escaping @Sendable (_ candidates: inout VictimCandidates) -> Record? = { _ in nil }
    ) {
        self.count = max(1, count)
        self.victim = victim
    }
}

extension SizeLimit {
    /// Who gives way to one more record in a bucket that is just full; nil if there is more to it than that.
    func onlyVictim(
        in view: BucketView, _ bucket: BucketIdentity, _ now: Timestamp
    ) -> RecordRef? {
        guard view.count == count, view.nextDeadline > now.microseconds else { return nil }
        var candidates = VictimCandidates(view, marks: bucket.marks, gone: [], now: now)
        if let chosen = victim(&candidates), candidates.contains(chosen) {
            return RecordRef(chosen.storage)
        }
        return candidates.oldest().map { RecordRef($0.storage) }
    }
}

/// The records of a bucket that may have to give way to new ones: those that were there before the commit and that it
/// leaves.
public struct VictimCandidates: ~Copyable {
    /// The commit's instant.
    public let now: Timestamp
    /// The marks that reads have left on the records, if the bucket keeps any; changes are visits here too.
    public let marks: ReadMarks?
    private let view: BucketView
    /// The rows that the commit takes out.
    private var gone: Set<RowID>
    /// Nothing is left up to here.
    private var floor: RowID = 0

    init(_ view: BucketView, marks: ReadMarks?, gone: Set<RowID>, now: Timestamp) {
        self.view = view
        self.marks = marks
        self.gone = gone
        self.now = now
    }

    /// The oldest candidate, or the next one after `record` in the order of creation, whether that is still there or not.
    ///
    /// - Returns: nil if there is none.
    /// - Complexity: O(log n).
    public mutating func oldest(after record: Record? = nil) -> Record? {
        let start = record.map { RecordRef($0.storage).row } ?? 0
        var found: Record?
        var floor = floor
        view.scanRows(from: max(start, floor), ascending: true) { candidate in
            if !gone.isEmpty, gone.contains(candidate.row) {
                if start <= floor { floor = candidate.row }
                return true
            }
            found = Record(candidate.storage)
            return false
        }
        self.floor = floor
        return found
    }

    /// Takes a record out.
    mutating func remove(_ row: RowID) { gone.insert(row) }

    func contains(_ record: Record) -> Bool {
        let row = RecordRef(record.storage).row
        return !gone.contains(row) && view.record(row: row)?.storage === record.storage
    }
}
