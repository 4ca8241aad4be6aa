extension ReadSetIndex {
    /// Who has read what of one bucket.
    final class BucketReaders {
        let reference: BucketReference
        /// All who have read anything of it.
        private(set) var readers: [UInt64: Reader] = [:]
        private(set) var keys: [Key: Crowd<(reader: Reader, mask: FieldMask)>] = [:]
        /// Those who have read all of it.
        private(set) var wholes: [UInt64: (reader: Reader, mask: FieldMask)] = [:]
        /// Ranges, by how the records are laid out: one, but for the time after that has changed.
        private(set) var ranges: [RangeFinder] = []
        /// How many were read in a way that old images decide whom an update concerns, or are asked for.
        private var needs = 0

        /// The last commit that concerned the bucket.
        private var turn: UInt64 = 0
        /// How many of the readers were told of it.
        private var told = 0
        /// Whether all who have read ranges were.
        private var areRangesTold = false

        init(_ reference: BucketReference) { self.reference = reference }

        /// Whether the records before a change matter to anybody.
        var needsOldImages: Bool { needs > 0 }

        // MARK: Who is there

        /// Adds a reader with its keys and all of the bucket, if it has read that.
        func insert(_ reader: Reader, _ reads: ReadSet.BucketReads) {
            readers[reader.id] = reader
            for (key, mask) in reads.keys {
                keys[key, default: Crowd()].insert((reader, mask), number: reader.id)
            }
            if let mask = reads.whole { wholes[reader.id] = (reader, mask) }
            needs += BucketReaders.needs(of: reads, by: reader)
        }

        /// Takes out what `insert` has added.
        func remove(_ reader: Reader, _ reads: ReadSet.BucketReads) {
            readers[reader.id] = nil
            for key in reads.keys.keys {
                keys[key]?.remove(reader.id)
                if keys[key]?.isEmpty == true { keys[key] = nil }
            }
            wholes[reader.id] = nil
            needs -= BucketReaders.needs(of: reads, by: reader)
        }

        func insert(_ range: Range) {
            let layout = range.read.layout
            if let finder = ranges.first(where: { layout.isShaped(as: $0.layout) }) {
                finder.insert(range)
            } else {
                let finder = RangeFinder(layout)
                finder.insert(range)
                ranges.append(finder)
            }
        }

        func remove(_ range: Range) {
            let layout = range.read.layout
            guard let place = ranges.firstIndex(where: { layout.isShaped(as: $0.layout) }) else {
                return
            }
            ranges[place].remove(range)
            if ranges[place].isEmpty { ranges.remove(at: place) }
        }

        private static func needs(of reads: ReadSet.BucketReads, by reader: Reader) -> Int {
            (reader.needsOldImages ? 1 : 0) + reads.ranges.count
                + (reads.whole.map { [$0] } ?? []).count { !$0.isAll }
                + reads.keys.values.count { !$0.isAll }
        }

        // MARK: Whom a commit has told

        /// Whether there is nobody left to be told of a commit.
        func isDone(_ turn: UInt64) -> Bool { self.turn == turn && told == readers.count }

        /// Notes that one more of the readers was told.
        func noteTold(_ turn: UInt64) {
            begin(turn)
            told += 1
        }

        /// Whether all who have read ranges were told of a commit.
        func areRangesTold(_ turn: UInt64) -> Bool { self.turn == turn && areRangesTold }

        /// Notes that they all were.
        func noteRangesTold(_ turn: UInt64) {
            begin(turn)
            areRangesTold = true
        }

        private func begin(_ turn: UInt64) {
            guard self.turn != turn else { return }
            self.turn = turn
            told = 0
            areRangesTold = false
        }
    }
}
