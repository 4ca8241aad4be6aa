/// What a piece of code has read: keys, whether there was a record or not, ranges of records that
/// satisfy a predicate, or whole buckets; each with the fields that mattered.
///
/// A transaction uses it to find out whether what it has read is still true, a live query to find
/// out which commits concern it. The answer may be a false alarm, but never a false calm.
public struct ReadSet: Sendable {
    /// What was read of one bucket.
    struct BucketReads: Sendable {
        var keys: [Key: FieldMask] = [:]
        var ranges: [RangeRead] = []
        /// The fields that matter of every record, if the whole bucket was read.
        var whole: FieldMask?
    }

    /// More keys of one bucket than this count as the whole bucket.
    static let keysMax = 4_096
    /// More ranges of one bucket than this count as the whole bucket.
    static let rangesMax = 1_024

    private(set) var reads: [BucketReference: BucketReads] = [:]

    /// An empty read set.
    public init() {}

    /// Whether nothing has been read.
    public var isEmpty: Bool { reads.isEmpty }

    /// The buckets of which something was read.
    ///
    /// - Complexity: O(number of buckets).
    public var buckets: [BucketReference] { Array(reads.keys) }

    /// Whether anything was read of `bucket`.
    func covers(_ bucket: BucketReference) -> Bool { reads[bucket] != nil }

    /// Notes that the definition of `bucket` was read, by which no record of it had to be.
    mutating func insertDefinition(of bucket: BucketReference) {
        if reads[bucket] == nil { reads[bucket] = BucketReads() }
    }

    /// Adds the record under `key`, or its absence.
    mutating func insert(_ key: Key, _ mask: FieldMask, in bucket: BucketReference) {
        if reads[bucket, default: BucketReads()].keys[key]?.formUnion(mask) == nil {
            reads[bucket, default: BucketReads()].keys[key] = mask
        }
        escalate(bucket)
    }

    /// Adds the records of a range.
    mutating func insert(_ range: RangeRead, in bucket: BucketReference) {
        let known = reads[bucket]?.ranges.suffix(32) ?? []
        guard !known.contains(where: { $0.isSame(as: range) }) else { return }
        reads[bucket, default: BucketReads()].ranges.append(range)
        escalate(bucket)
    }

    /// Adds every record of a bucket.
    mutating func insertAll(_ mask: FieldMask, of bucket: BucketReference) {
        if reads[bucket, default: BucketReads()].whole?.formUnion(mask) == nil {
            reads[bucket, default: BucketReads()].whole = mask
        }
    }

    /// Adds all that `other` has.
    ///
    /// - Complexity: O(size of `other`).
    public mutating func formUnion(_ other: ReadSet) {
        for (bucket, more) in other.reads {
            insertDefinition(of: bucket)
            for (key, mask) in more.keys { insert(key, mask, in: bucket) }
            for range in more.ranges { insert(range, in: bucket) }
            if let whole = more.whole { insertAll(whole, of: bucket) }
        }
    }

    /// Keeps the set small: many reads of one bucket become one of all of it.
    private mutating func escalate(_ bucket: BucketReference) {
        guard let known = reads[bucket] else { return }
        if known.keys.count > ReadSet.keysMax {
            var mask = FieldMask.none
            for each in known.keys.values { mask.formUnion(each) }
            reads[bucket]?.keys = [:]
            insertAll(mask, of: bucket)
        }
        if known.ranges.count > ReadSet.rangesMax {
            var mask = FieldMask.none
            for range in known.ranges { mask.formUnion(range.fields) }
            reads[bucket]?.ranges = []
            insertAll(mask, of: bucket)
        }
    }
}
