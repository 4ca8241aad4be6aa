/// What a draft stands on: a version that stays as it is.
///
/// Everything here is under the lock of the draft.
final class DraftGround {
    let snapshot: Snapshot
    /// Whether what is read has to be known.
    let isNoting: Bool
    /// What has been noted, if anything has.
    private(set) var noted: ReadRecorder?
    private var next = DraftGround.firstRow

    /// The rows of what a draft inserts, until the commit gives them their own.
    ///
    /// They come behind every row that others may give out meanwhile: whatever these insert, with equal sort values,
    /// would have stood before the draft's own in the order of insertion, and so lies within a window that ends at
    /// one of them.
    static let firstRow: RowID = 1 << 40

    init(_ snapshot: Snapshot, isNoting: Bool) {
        self.snapshot = snapshot
        self.isNoting = isNoting
    }

    /// Notes what is read; nil where nobody asks.
    ///
    /// Made when it is first needed: who only looks up a few keys needs none.
    var recorder: ReadRecorder? {
        guard isNoting else { return nil }
        if let noted { return noted }
        let recorder = ReadRecorder()
        noted = recorder
        return recorder
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
