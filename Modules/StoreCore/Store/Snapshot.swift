/// A whole store, schema included, as it was at one position and one instant.
///
/// Immutable, and never torn. Taking one is O(1); holding one costs the memory of what changes meanwhile, and no more
/// when several are held. Records that were overdue at the snapshot's instant are not in it.
public final class Snapshot: Sendable {
    let state: VersionedState
    let catalog: Catalog
    let pin: Pin
    /// The last commit that the snapshot contains.
    public let position: Position
    /// The instant at which deadlines are judged.
    public let instant: Timestamp

    init(_ state: VersionedState, _ catalog: Catalog, _ pin: Pin, _ instant: Timestamp) {
        self.state = state
        self.catalog = catalog
        self.pin = pin
        self.instant = instant
        position = Position(UInt64(bitPattern: pin.position))
    }

    deinit { state.pins.unpin(pin) }

    /// A bucket as it was.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`) if there was no such bucket.
    public func bucket(_ name: String) throws -> SnapshotBucket {
        guard let (slot, node) = place(of: name) else { throw StoreError(.bucketNotDefined(name)) }
        return SnapshotBucket(snapshot: self, slot: slot, node: node)
    }

    /// Where the bucket of this name was.
    ///
    /// Flat in the number of buckets: the catalog knows every bucket that a snapshot may show.
    func place(of name: String) -> (slot: Int, node: BucketNode)? {
        for place in catalog.places(of: name) {
            if let node = pin.root.bucket(place.slot, generation: place.generation) {
                return (place.slot, node)
            }
        }
        return nil
    }

    /// The buckets that there were, in order of definition.
    public var buckets: [BucketReference] {
        var references: [BucketReference] = []
        pin.root.forEach { _, bucket, _ in
            references.append(BucketView(bucket, state.seed).reference)
        }
        return references.sorted { $0.generation < $1.generation }
    }

    func isOf(_ store: Store) -> Bool { state === store.state }
}

/// One bucket of a snapshot.
public struct SnapshotBucket: StoreReader, @unchecked Sendable {
    let snapshot: Snapshot
    let slot: Int
    let node: BucketNode

    /// The bucket's name and generation.
    public var reference: BucketReference {
        defer { withExtendedLifetime(snapshot) {} }
        return BucketView(node, snapshot.state.seed).reference
    }

    /// The bucket as it was defined at that position: with what it takes to write the snapshot down and restore it.
    public var definition: BucketDefinition {
        defer { withExtendedLifetime(snapshot) {} }
        return node.root.pointee.layout._withUnsafeGuaranteedRef { $0.definition }
    }

    /// The state of the snapshot.
    public var source: ReadSource { ReadSource(.snapshot(snapshot, slot), recorder: nil) }

    /// The record under `key`; nil if there was none.
    ///
    /// - Complexity: O(log n); no lock, and no reference count but the record's own.
    @inlinable
    public func get(_ key: some KeyConvertible) throws -> Record? { try get(key.storeKey) }

    /// The record under `key`; nil if there was none.
    public func get(_ key: Key) throws -> Record? {
        let seed = snapshot.state.seed
        defer { withExtendedLifetime(snapshot) {} }
        guard
            let record = BucketView(node, seed).record(
                forKey: key.value, hash: seed.hash(key.value)),
            record.expiresAt > snapshot.instant.microseconds
        else { return nil }
        return Record(record.storage)
    }
}

extension Store {
    /// The whole store as it is now.
    ///
    /// - Throws: `StoreError` (`stopped`; `readsForbidden` inside a live query's body).
    /// - Complexity: O(1), at any size.
    public func snapshot() throws -> Snapshot {
        try ReadBan.check()
        state.lock.lockForReading()
        let current = state.current.pointee
        guard !current.isStopped else {
            state.lock.unlock()
            throw StoreError(.stopped)
        }
        let pin = state.pins.pin(current.position, StoreNode(current.root))
        state.lock.unlock()
        return Snapshot(state, catalog, pin, now)
    }

    /// The same for who holds W, stopped or not.
    func snapshotForWriter() -> Snapshot {
        Snapshot(state, catalog, state.pin(), now)
    }
}
