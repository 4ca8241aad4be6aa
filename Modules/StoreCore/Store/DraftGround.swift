/// What a draft stands on: a version that stays as it is.
///
/// Everything here is under the lock of the draft.
final class DraftGround {
    let snapshot: Snapshot
    /// Notes what is read; nil where nobody asks.
    let recorder: ReadRecorder?
    private var next = DraftGround.firstRow

    /// The rows of what a draft inserts, until the commit gives them their own.
    ///
    /// They come behind every row that others may give out meanwhile: whatever these insert, with equal sort values,
    /// would have stood before the draft's own in the order of insertion, and so lies within a window that ends at
    /// one of them.
    static let firstRow: RowID = 1 << 40

    init(_ snapshot: Snapshot, _ recorder: ReadRecorder?) {
        self.snapshot = snapshot
        self.recorder = recorder
    }

    func nextRow() -> RowID {
        defer { next += 1 }
        return next
    }

    /// A bucket of the version, without the draft's changes.
    func source(of bucket: BucketIdentity) -> ReadSource {
        ReadSource(.snapshot(snapshot, bucket.slot), recorder: recorder)
    }
}
