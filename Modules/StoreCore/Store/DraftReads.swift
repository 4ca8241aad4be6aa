/// What a draft has read and written, as far as its commit has to know.
struct DraftReads {
    /// A key that was looked up, and what was found under it.
    struct SeenKey {
        /// Kept by `buckets`.
        unowned(unsafe) let bucket: BucketIdentity
        let key: Key
        let hash: UInt64
        /// The record, which the draft's version keeps alive; nil where there was none to be seen.
        let record: RecordRef?
        /// Whether nothing mattered but that there is one, or none.
        let isPresenceOnly: Bool
    }

    let ground: DraftGround
    /// The buckets that it uses.
    ///
    /// Handles may go, and buckets be dropped, before the draft ends.
    private(set) var buckets: [BucketIdentity] = []
    /// The newest keys; most drafts look up few, for which comparing two pointers beats any table.
    private(set) var keys: [SeenKey] = []
    /// The entries that nothing but increments have made, and those increments: they commute with what others write.
    private(set) var increments: [Int: [Patch]] = [:]
    /// The entries that were incremented, in the order of the increments.
    private var incremented: [Int] = []

    /// More keys than this go to the recorder.
    static let keysMax = 64

    init(_ ground: DraftGround) { self.ground = ground }

    /// Whether anybody asks what is read.
    var isNoting: Bool { ground.recorder != nil }

    @inline(__always)
    mutating func keep(_ bucket: BucketIdentity) {
        for known in buckets where known === bucket { return }
        buckets.append(bucket)
    }

    mutating func note(_ seen: SeenKey) {
        if let last = keys.last, last.hash == seen.hash, last.bucket === seen.bucket,
            last.isPresenceOnly == seen.isPresenceOnly, last.key == seen.key
        {
            return
        }
        if keys.count == DraftReads.keysMax { noteAllKeys() }
        keys.append(seen)
    }

    /// Hands the keys on to the recorder, which knows each only once.
    private mutating func noteAllKeys() {
        for seen in keys {
            ground.recorder?.note(
                seen.key, in: seen.bucket.reference, reading: seen.isPresenceOnly ? .none : .all)
        }
        keys.removeAll(keepingCapacity: true)
    }

    // MARK: Increments

    /// How many increments there have been.
    var incrementCount: Int { incremented.count }

    /// Keeps an increment of an entry, if nothing else has made that; `isFirst` where the increment has.
    mutating func increment(_ entry: Int, by patch: Patch, isFirst: Bool) {
        if isFirst {
            increments[entry] = [patch]
        } else if increments[entry]?.append(patch) == nil {
            return
        }
        incremented.append(entry)
    }

    /// What an entry leaves is not from increments alone any more.
    mutating func forgetIncrements(of entry: Int) {
        if !increments.isEmpty { increments[entry] = nil }
    }

    /// The same for all entries.
    mutating func forgetIncrements() { increments = [:] }

    /// Takes back the increments since there were so many.
    ///
    /// Of entries that something else has made since, or that somebody has read, none are known any more.
    mutating func takeBackIncrements(after count: Int) {
        while incremented.count > count {
            let entry = incremented.removeLast()
            increments[entry]?.removeLast()
            if increments[entry]?.isEmpty == true { increments[entry] = nil }
        }
    }
}
