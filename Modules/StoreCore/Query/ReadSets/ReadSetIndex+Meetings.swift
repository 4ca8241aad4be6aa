extension ReadSetIndex {
    /// Calls `body` once for each id that a commit may concern, and says where they meet first.
    ///
    /// `body` may put in and take out.
    ///
    /// - Complexity: for each change O(log n) and what those cost whom its record's values may concern; O(n) for a change
    ///   to a record of a bucket whose old image was not kept, or that was laid out otherwise than when it was read.
    public func forEachMeeting(
        _ commit: Commit, _ body: (_ id: UInt64, _ meeting: ReadSet.Meeting) -> Void
    ) {
        guard !buckets.isEmpty else { return }
        turn += 1
        var told = Told()
        for definition in commit.storage.definitions {
            look += 1
            guard let reference = definition.redefined, let bucket = bucket(reference) else {
                continue
            }
            for reader in bucket.readers.values {
                tell(reader, in: bucket, ReadSet.Meeting(redefinitionOf: reference), &told)
            }
        }
        commit.forEachRecordChange { index, generation, _ in
            guard let candidates = buckets[generation] else { return }
            let change = commit.recordChange(at: index)
            guard let bucket = candidates.first(where: { $0.reference == change.bucket }),
                !bucket.isDone(turn)
            else { return }
            look += 1
            askReaders(of: bucket, change, &told)
            askRanges(of: bucket, change, &told)
        }
        for (id, meeting) in told { body(id, meeting) }
    }

    private typealias Told = [(id: UInt64, meeting: ReadSet.Meeting)]

    /// Those who have read the record by its key, or the whole bucket.
    private func askReaders(of bucket: BucketReaders, _ change: Change, _ told: inout Told) {
        func ask(_ reader: Reader, _ mask: FieldMask, _ term: ReadSet.Meeting.Term) {
            // One that only suspects something hears what is sure of the same change.
            guard reader.turn != turn || reader.look == look else { return }
            examined += 1
            guard mask.intersects(change) else { return }
            tell(
                reader, in: bucket,
                ReadSet.Meeting(change, term, isSure: mask.isSure(of: change)), &told)
        }
        for (reader, mask) in bucket.wholes.values { ask(reader, mask, .bucket) }
        guard !bucket.keys.isEmpty else { return }
        bucket.keys[change.key]?.forEach { ask($0.reader, $0.mask, .key) }
    }

    /// Those who have read ranges.
    private func askRanges(of bucket: BucketReaders, _ change: Change, _ told: inout Told) {
        guard !bucket.ranges.isEmpty, !bucket.areRangesTold(turn) else { return }
        func ask(_ range: Range) {
            // What is known without the old image is no more than what was told.
            guard range.look != look, range.reader.turn != turn || isUnsure(range.reader, told)
            else { return }
            range.look = look
            examined += 1
            guard range.read.intersects(change) else { return }
            tell(
                range.reader, in: bucket,
                ReadSet.Meeting(
                    change, .range(range.read.predicate), isSure: change.hasOldImage), &told)
        }
        if change.hasOldImage {
            let (old, new) = (change.old, change.new)
            for finder in bucket.ranges { finder.candidates(old, new).forEach(ask) }
        } else {
            for finder in bucket.ranges { finder.all.values.forEach(ask) }
            bucket.noteRangesTold(turn)
        }
    }

    /// Whether a reader suspects that this very change concerns it.
    private func isUnsure(_ reader: Reader, _ told: Told) -> Bool {
        reader.look == look && !told[reader.place].meeting.isSure
    }

    /// Keeps what a reader is to be told, if it is the first of the commit, or sure where the first was not.
    private func tell(
        _ reader: Reader, in bucket: BucketReaders, _ meeting: ReadSet.Meeting, _ told: inout Told
    ) {
        guard reader.turn != turn else {
            if isUnsure(reader, told), meeting.isSure { told[reader.place].meeting = meeting }
            return
        }
        reader.turn = turn
        reader.look = look
        reader.place = told.count
        told.append((reader.id, meeting))
        bucket.noteTold(turn)
    }
}
