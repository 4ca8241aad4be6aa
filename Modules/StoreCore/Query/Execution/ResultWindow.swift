/// How many matching records are still to be skipped, and how many are still wanted.
struct ResultWindow {
    private(set) var skip: Int
    private(set) var remaining: Int

    init(skip: Int = 0, limit: Int = .max) {
        self.skip = skip
        self.remaining = limit
    }

    /// Records that matter, skipped ones included.
    @inline(__always)
    var wanted: Int {
        let (sum, overflow) = skip.addingReportingOverflow(remaining)
        return overflow ? .max : sum
    }

    /// Skips records that need not be looked at, at most `count`.
    mutating func skipUnseen(_ count: Int) -> Int {
        let skipped = min(skip, count)
        skip -= skipped
        return skipped
    }

    /// Hands a matching record on, if it is not one to be skipped.
    ///
    /// Returns false when no more are wanted.
    @inline(__always)
    mutating func admit(_ record: RecordRef, _ body: (RecordRef) -> Bool) -> Bool {
        if skip > 0 {
            skip &-= 1
            return remaining > 0
        }
        guard remaining > 0 else { return false }
        remaining &-= 1
        return body(record) && remaining > 0
    }
}
