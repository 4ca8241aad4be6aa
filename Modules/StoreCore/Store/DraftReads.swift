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
    ///
    /// Each with the revision that it made, by which a savepoint knows those that came after it.
    var increments: [Int: [(revision: Int, patch: Patch)]] = [:]

    /// The hashes of the keys that were looked up, where what was found is not noted: what is written under one of them
    /// goes on from it all the same.
    private var looks: Set<UInt64> = []

    /// More keys than this go to the recorder.
    static let keysMax = 64

    init(_ ground: DraftGround) { self.ground = ground }

    @inline(__always)
    mutating func keep(_ bucket: BucketIdentity) {
        for known in buckets where known === bucket { return }
        buckets.append(bucket)
    }

    mutating func noteLook(_ hash: UInt64) { looks.insert(hash) }

    func hasLooked(_ hash: UInt64) -> Bool { looks.contains(hash) }

    mutating func note(_ seen: SeenKey) {
        if let last = keys.last, last.hash == seen.hash, last.bucket === seen.bucket,
            last.isPresenceOnly == seen.isPresenceOnly, last.key == seen.key
        {
            return
        }
        if keys.count == DraftReads.keysMax { noteAllKeys() }
        if keys.isEmpty { keys.reserveCapacity(4) }
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

    /// Takes back the increments of some entries that came after a mark.
    mutating func takeBackIncrements(_ entries: [Int], after mark: PendingChanges.Mark) {
        if increments.isEmpty { return }
        for index in entries {
            if index < mark.entries {
                increments[index]?.removeAll { $0.revision > mark.revision }
            } else {
                increments[index] = nil
            }
        }
    }
}
