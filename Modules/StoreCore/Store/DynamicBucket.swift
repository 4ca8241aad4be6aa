/// A handle to a bucket of records whose schema is data.
///
/// Handles are free and may be used from anywhere. One is bound to one life of its bucket: after the bucket was
/// dropped it throws `StoreError` (`bucketDropped`), also when another bucket of that name is defined.
///
/// Reads are synchronous and never wait for a writer longer than it takes to put a commit in place. Each reads the
/// state as it is at that moment; use a `Snapshot` for several reads of one position. Inside a live query's body they
/// throw `StoreError` (`readsForbidden`): what is read past its context is not tracked.
public struct DynamicBucket: StoreReader {
    /// The store that the bucket is in.
    public let store: Store
    let identity: BucketIdentity

    /// The bucket's name.
    public var name: String { identity.reference.name }

    /// The bucket's name and generation.
    public var reference: BucketReference { identity.reference }

    /// The bucket as it was defined.
    public var definition: BucketDefinition { identity.definition }

    /// The current state.
    public var source: ReadSource { ReadSource(.live(store, identity), recorder: nil) }

    /// The record under `key`; nil if there is none.
    ///
    /// - Throws: `StoreError` (`stopped`, `bucketDropped`).
    /// - Complexity: O(log n), under the state lock held for reading.
    @inlinable
    public func get(_ key: some KeyConvertible) throws -> Record? { try get(key.storeKey) }

    /// The record under `key`; nil if there is none.
    public func get(_ key: Key) throws -> Record? {
        try store.withRecord(identity, key) { $0.map { Record($0.storage) } }
    }

    func check(isOf store: Store) throws {
        guard self.store === store else {
            throw StoreError(.anotherStore("Bucket \(name.excerpt)"))
        }
    }
}

extension DynamicBucket: Hashable {
    /// Whether both stand for the same life of the same bucket.
    public static func == (one: DynamicBucket, other: DynamicBucket) -> Bool {
        one.store === other.store && one.identity.reference == other.identity.reference
    }

    /// Feeds store and generation to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(store))
        hasher.combine(identity.reference.generation)
    }
}
