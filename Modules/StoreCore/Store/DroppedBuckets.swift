/// Which slot a bucket has, and which of those that had the slot it is.
struct BucketPlace {
    let slot: Int
    let generation: UInt64

    init(_ bucket: BucketIdentity) {
        slot = bucket.slot
        generation = bucket.reference.generation
    }
}

/// Buckets that are gone, for as long as a snapshot may show them.
struct DroppedBuckets {
    private var places: [ByteString: [BucketPlace]] = [:]
    /// Names by the position of the drop; those before `start` are forgotten.
    private var order: [(name: ByteString, position: Int64)] = []
    private var start = 0

    func places(of name: ByteString) -> [BucketPlace] { places[name] ?? [] }

    /// Positions ascend.
    mutating func add(_ name: ByteString, _ place: BucketPlace, at position: Int64) {
        places[name, default: []].append(place)
        order.append((name, position))
    }

    /// Forgets what no snapshot of `position` or later shows.
    ///
    /// O(1) for each bucket, once.
    mutating func forget(before position: Int64) {
        while start < order.count, order[start].position <= position {
            let name = order[start].name
            places[name]?.removeFirst()
            if places[name]?.isEmpty == true { places[name] = nil }
            start += 1
        }
        guard start > order.count / 2 else { return }
        order.removeFirst(start)
        start = 0
    }
}
