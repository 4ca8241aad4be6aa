/// The buckets of a store by name, as they are now.
///
/// Names are compared byte by byte.
final class Catalog: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`.
    private var defined: [ByteString: BucketIdentity] = [:]
    /// Restored, but not defined by this process yet.
    private var unbound: [ByteString: BucketIdentity] = [:]
    /// Names whose definition is under way.
    private var reserved: Set<ByteString> = []
    private var links = ReferenceLinks()
    private var dropped = DroppedBuckets()
    /// Slots that buckets have left, and how many slots there are.
    private var freeSlots: [Int] = []
    private var slotCount = 0
    /// Buckets that were looked at, whatever for; tests count it.
    private(set) var steps = 0

    func identity(_ name: String) -> BucketIdentity? {
        lock.withLock { defined[ByteString(name)] }
    }

    /// The bucket that was restored under this name and that nobody has defined yet.
    func unboundIdentity(_ name: String) -> BucketIdentity? {
        lock.withLock { unbound[ByteString(name)] }
    }

    /// The bucket of this name, defined or not.
    func known(_ name: String) -> BucketIdentity? {
        lock.withLock {
            let key = ByteString(name)
            return defined[key] ?? unbound[key]
        }
    }

    /// The defined buckets, in order of definition.
    var identities: [BucketIdentity] {
        lock.withLock {
            steps += defined.count
            return defined.values.sorted { $0.reference.generation < $1.reference.generation }
        }
    }

    /// The buckets that hold records, whether they are defined yet or not, in order of definition.
    var everyIdentity: [BucketIdentity] {
        lock.withLock {
            steps += defined.count + unbound.count
            return (Array(defined.values) + Array(unbound.values))
                .sorted { $0.reference.generation < $1.reference.generation }
        }
    }

    /// Visits the defined buckets, in no order.
    func forEachDefined(_ body: (BucketIdentity) -> Void) {
        let buckets = lock.withLock { defined }
        buckets.values.forEach(body)
    }

    // MARK: Places

    /// Where a bucket of this name may be found in a version that a snapshot holds.
    func places(of name: String) -> [BucketPlace] {
        lock.withLock {
            let key = ByteString(name)
            let places = dropped.places(of: key)
            steps += places.count + 1
            guard let now = defined[key] ?? unbound[key] else { return places }
            return [BucketPlace(now)] + places
        }
    }

    /// The slot of the next bucket to be defined.
    ///
    /// Under W.
    var freeSlot: Int { lock.withLock { freeSlots.last ?? slotCount } }

    // MARK: References

    /// The enforced references that lead to the bucket of this name, whether there is one or not.
    ///
    /// Under W.
    func referrers(of name: String) -> [Referrer] {
        lock.withLock { links.referrers(of: ByteString(name)) }
    }

    /// Tells the buckets who refers to them, after the bucket of this name has come, changed or gone.
    ///
    /// Under W. O(its references and those that lead to what they lead to).
    func relink(_ name: String) {
        lock.withLock {
            let key = ByteString(name)
            let bucket = defined[key] ?? unbound[key]
            for target in links.relink(key, bucket) {
                guard let bucket = defined[target] ?? unbound[target] else { continue }
                bucket.referrers = links.referrers(of: target)
                steps += bucket.referrers.count + 1
            }
        }
    }

    // MARK: Coming and going

    /// Reserves a name for a definition; a definition that fails gives it back.
    func reserve(_ name: String) throws {
        try lock.withLock {
            let key = ByteString(name)
            guard defined[key] == nil, reserved.insert(key).inserted else {
                throw StoreError(.bucketAlreadyExists(name))
            }
        }
    }

    func unreserve(_ name: String) {
        lock.withLock { _ = reserved.remove(ByteString(name)) }
    }

    /// Enters a bucket that is defined.
    ///
    /// Under W.
    func add(_ identity: BucketIdentity) {
        lock.withLock {
            let key = ByteString(identity.reference.name)
            defined[key] = identity
            unbound[key] = nil
            occupy(identity.slot)
        }
    }

    func addUnbound(_ identity: BucketIdentity) {
        lock.withLock {
            unbound[ByteString(identity.reference.name)] = identity
            occupy(identity.slot)
        }
    }

    private func occupy(_ slot: Int) {
        if freeSlots.last == slot { freeSlots.removeLast() }
        slotCount = max(slotCount, slot + 1)
    }

    /// Takes a bucket out that the commit at `position` drops.
    ///
    /// Under W. Snapshots from before still find it.
    func remove(_ identity: BucketIdentity, at position: Int64, oldestPin: Int64?) {
        lock.withLock {
            let key = ByteString(identity.reference.name)
            if defined[key] === identity { defined[key] = nil }
            if unbound[key] === identity { unbound[key] = nil }
            freeSlots.append(identity.slot)
            dropped.forget(before: oldestPin ?? .max)
            if oldestPin != nil { dropped.add(key, BucketPlace(identity), at: position) }
        }
    }
}
