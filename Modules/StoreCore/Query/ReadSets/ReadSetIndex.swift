/// Many read sets, and which of them a commit concerns, without asking each.
///
/// Whoever is to be woken by commits is put in under a number of its own, with what it has read:
///
/// ```swift
/// let index = ReadSetIndex()
/// index.insert(recorder.readSet, as: 7)
/// // later, for each commit:
/// index.forEachMeeting(commit) { id, meeting in print("\(id): \(meeting)") }
/// ```
///
/// A commit concerns exactly those whose ``ReadSet/intersects(_:)-(Commit)`` says so. What one change costs follows the
/// number of those who may be concerned by the values of its record, not the number of those who are there: keys are
/// found by their hash, ranges by the value or the interval of values that one of their fields must have, as far as
/// their predicates or the places where they begin and end in their order tell. Those of whose ranges that cannot be
/// said are asked at every change of their bucket.
///
/// Not to be used from several threads at once: the lock of its owner guards it.
public final class ReadSetIndex {
    /// What is kept for one id.
    private struct Registration {
        let reader: Reader
        let reads: ReadSet
        let ranges: [Range]
    }

    private var registrations: [UInt64: Registration] = [:]
    /// By generation: those of one store have just one bucket each, and a number is hashed faster than a name.
    var buckets: [UInt64: [BucketReaders]] = [:]
    /// Counts commits, to tell whether somebody has been told of this one.
    var turn: UInt64 = 0
    /// Counts changes, to tell whether a range has been asked about this one.
    var look: UInt64 = 0
    /// How often somebody was asked whether a change concerns it.
    var examined = 0
    private var lastNumber: UInt64 = 0

    /// An index in which nobody is.
    public init() {}

    /// How many read sets there are.
    public var count: Int { registrations.count }

    /// Puts in what was read under `id`, in place of what is there under it.
    ///
    /// - Parameters:
    ///   - reads: what was read.
    ///   - id: the number.
    ///   - needsOldImages: whether ``interest`` is in old images, even if they are not needed to tell whom a change
    ///     concerns.
    /// - Complexity: O(m log n) for m keys, ranges and terms of their predicates in `reads`, among n.
    public func insert(_ reads: ReadSet, as id: UInt64, needsOldImages: Bool = false) {
        remove(id)
        let reader = Reader(id, needsOldImages: needsOldImages)
        var ranges: [Range] = []
        for (reference, read) in reads.reads {
            let bucket = bucketToInsert(reference)
            bucket.insert(reader, read)
            for range in read.ranges {
                lastNumber += 1
                let range = Range(range, of: reader, in: bucket, number: lastNumber)
                bucket.insert(range)
                ranges.append(range)
            }
        }
        registrations[id] = Registration(reader: reader, reads: reads, ranges: ranges)
    }

    /// Takes out what is there under `id`, if anything is.
    ///
    /// - Complexity: as of putting it in.
    public func remove(_ id: UInt64) {
        guard let registration = registrations.removeValue(forKey: id) else { return }
        for range in registration.ranges { range.bucket.remove(range) }
        for (reference, read) in registration.reads.reads {
            guard let bucket = bucket(reference) else { continue }
            bucket.remove(registration.reader, read)
            if bucket.readers.isEmpty { discard(bucket) }
        }
    }

    func bucket(_ reference: BucketReference) -> BucketReaders? {
        buckets[reference.generation]?.first { $0.reference == reference }
    }

    private func bucketToInsert(_ reference: BucketReference) -> BucketReaders {
        if let known = bucket(reference) { return known }
        let bucket = BucketReaders(reference)
        buckets[reference.generation, default: []].append(bucket)
        return bucket
    }

    private func discard(_ bucket: BucketReaders) {
        let generation = bucket.reference.generation
        buckets[generation]?.removeAll { $0 === bucket }
        if buckets[generation]?.isEmpty == true { buckets[generation] = nil }
    }
}

extension ReadSetIndex {
    /// Who has read something, and what it has been told.
    final class Reader {
        let id: UInt64
        let needsOldImages: Bool
        /// The commit of which it was told last, and the change.
        var turn: UInt64 = 0
        var look: UInt64 = 0
        /// The place of what it was told among all that is told of the commit.
        var place = 0

        init(_ id: UInt64, needsOldImages: Bool) {
            self.id = id
            self.needsOldImages = needsOldImages
        }
    }

    /// A range that somebody has read.
    final class Range {
        let reader: Reader
        let read: RangeRead
        unowned let bucket: BucketReaders
        let number: UInt64
        /// Where it is to be found; nil: it is always asked.
        let footholds: [Foothold]?
        /// The change about which it was asked last.
        var look: UInt64 = 0

        init(
            _ read: RangeRead, of reader: Reader, in bucket: BucketReaders, number: UInt64
        ) {
            self.read = read
            self.reader = reader
            self.bucket = bucket
            self.number = number
            footholds = read.footholds
        }
    }
}
