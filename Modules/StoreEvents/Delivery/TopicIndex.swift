import StoreCore

/// A bucket's name, compared byte for byte.
struct BucketName: Hashable {
    let text: String

    static func == (one: BucketName, other: BucketName) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// Who wants to hear of which topics.
///
/// All topics have three segments, of which the first is one word and the last one of three: of a tree over patterns,
/// one level is left that can have many branches. So this is that level, and the way to those who concern a topic
/// leads past nobody else.
struct TopicIndex {
    private var byBucket: [BucketName: [UInt64: any EventReceiver]] = [:]
    private var ofAny: [UInt64: any EventReceiver] = [:]
    private var byID: [UInt64: any EventReceiver] = [:]
    /// How many need old images, by bucket; under nil those who need all.
    private var needs: [BucketName?: Int] = [:]

    var isEmpty: Bool { byID.isEmpty }
    var all: some Collection<any EventReceiver> { byID.values }

    subscript(id: UInt64) -> (any EventReceiver)? { byID[id] }

    /// Whether old images of other buckets are needed from now on.
    mutating func insert(_ receiver: any EventReceiver) -> Bool {
        byID[receiver.id] = receiver
        let bucket = receiver.interest.pattern.bucket.map(BucketName.init)
        if let bucket {
            byBucket[bucket, default: [:]][receiver.id] = receiver
        } else {
            ofAny[receiver.id] = receiver
        }
        guard receiver.interest.pattern.kinds.needOldImages else { return false }
        needs[bucket, default: 0] += 1
        return needs[bucket] == 1
    }

    /// Whether old images of fewer buckets are needed from now on.
    mutating func remove(_ receiver: any EventReceiver) -> Bool {
        guard byID.removeValue(forKey: receiver.id) != nil else { return false }
        let bucket = receiver.interest.pattern.bucket.map(BucketName.init)
        if let bucket {
            byBucket[bucket]?[receiver.id] = nil
            if byBucket[bucket]?.isEmpty == true { byBucket[bucket] = nil }
        } else {
            ofAny[receiver.id] = nil
        }
        guard receiver.interest.pattern.kinds.needOldImages, let need = needs[bucket] else {
            return false
        }
        needs[bucket] = need > 1 ? need - 1 : nil
        return need == 1
    }

    mutating func removeAll() { self = TopicIndex() }

    /// Those who want to hear of a bucket, in the order in which they came.
    func receivers(of bucket: BucketReference, _ kind: Change.Kind) -> [any EventReceiver] {
        let candidates =
            (byBucket[BucketName(text: bucket.name)].map { Array($0.values) } ?? [])
            + Array(ofAny.values)
        return candidates.filter { $0.interest.matches(bucket, kind) }.sorted { $0.id < $1.id }
    }

    /// The buckets whose old images somebody needs; nil: all.
    var bucketsWithOldImages: Set<String>? {
        var names: Set<String> = []
        for bucket in needs.keys {
            // Of names that differ only in how the same characters are written, a set takes one: all are asked for
            // then.
            guard let bucket, names.insert(bucket.text).inserted else { return nil }
        }
        return names
    }
}

/// Who is to be told of what happens in one life of a bucket.
final class Route: Sendable {
    let topics: BucketTopics
    private let inserted: [any EventReceiver]
    private let updated: [any EventReceiver]
    private let deleted: [any EventReceiver]

    init(_ bucket: BucketReference, _ topics: BucketTopics, _ index: TopicIndex) {
        self.topics = topics
        inserted = index.receivers(of: bucket, .inserted)
        updated = index.receivers(of: bucket, .updated)
        deleted = index.receivers(of: bucket, .deleted)
    }

    subscript(kind: Change.Kind) -> [any EventReceiver] {
        switch kind {
        case .inserted: inserted
        case .updated: updated
        case .deleted: deleted
        }
    }
}
