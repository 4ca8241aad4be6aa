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

    func identity(_ name: String) -> BucketIdentity? {
        lock.withLock { defined[ByteString(name)] }
    }

    /// The bucket that was restored under this name and that nobody has defined yet.
    func unboundIdentity(_ name: String) -> BucketIdentity? {
        lock.withLock { unbound[ByteString(name)] }
    }

    /// The defined buckets, in order of definition.
    var identities: [BucketIdentity] {
        lock.withLock {
            defined.values.sorted { $0.reference.generation < $1.reference.generation }
        }
    }

    /// The buckets that hold records, whether they are defined yet or not, in order of definition.
    var everyIdentity: [BucketIdentity] {
        lock.withLock {
            (Array(defined.values) + Array(unbound.values))
                .sorted { $0.reference.generation < $1.reference.generation }
        }
    }

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

    func add(_ identity: BucketIdentity) {
        lock.withLock {
            let key = ByteString(identity.reference.name)
            defined[key] = identity
            unbound[key] = nil
        }
    }

    func addUnbound(_ identity: BucketIdentity) {
        lock.withLock { unbound[ByteString(identity.reference.name)] = identity }
    }

    func remove(_ identity: BucketIdentity) {
        lock.withLock {
            let key = ByteString(identity.reference.name)
            if defined[key] === identity { defined[key] = nil }
            if unbound[key] === identity { unbound[key] = nil }
        }
    }
}
