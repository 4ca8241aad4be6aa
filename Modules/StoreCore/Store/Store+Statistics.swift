import Synchronization

/// Figures of a store at one position.
public struct StoreStatistics: Sendable {
    /// Figures of one bucket.
    public struct Bucket: Sendable {
        /// The name.
        public let name: String
        /// Records that are not overdue.
        public let records: Int
        /// The ordered indexes' names.
        public let indexes: [String]
        /// The unique constraints' names: their fields, joined by commas.
        public let uniques: [String]
        /// The last value given out for each autoincrement field.
        public let autoincrement: [String: Int64]
    }

    /// Figures of the snapshots that are held.
    public struct Snapshots: Sendable {
        /// Different positions that are held.
        public let positions: Int
        /// The oldest position that is held; nil when none is.
        public let oldest: Position?
        /// For how long the oldest has been held.
        public let oldestAge: Duration?
        /// Bytes that only snapshots still need, roughly.
        public let pinnedBytes: Int
    }

    /// The name.
    public let name: String
    /// The position of the figures.
    public let position: Position
    /// The buckets, in order of definition; those that were restored and that nobody has defined yet included.
    public let buckets: [Bucket]
    /// Of all buckets.
    public let records: Int
    /// Of all buckets.
    public let indexes: Int
    /// What is held by snapshots.
    public let snapshots: Snapshots
    /// Observers that are attached.
    public let observers: Int
    /// What each component contributes, by its name.
    public let components: [String: Fields]
}

extension Store {
    /// Figures of the store.
    ///
    /// Waits for no writer.
    ///
    /// - Throws: `StoreError` (`stopped`).
    /// - Complexity: O(buckets + components).
    public func stats() throws -> StoreStatistics {
        let pins = state.pins.statistics()
        let snapshot = try snapshot()
        var buckets: [StoreStatistics.Bucket] = []
        for identity in catalog.everyIdentity {
            guard let bucket = try? snapshot.bucket(identity.reference.name) else { continue }
            let form = identity.form
            let layout = form.layout.layout
            let marks = form.counters.marks
            buckets.append(
                StoreStatistics.Bucket(
                    name: identity.reference.name, records: try bucket.count(),
                    indexes: layout.indexes.map(\.definition.name),
                    uniques: layout.uniques.map(\.definition.name),
                    autoincrement: Dictionary(
                        uniqueKeysWithValues: marks.map { (layout.names[$0.slot], $0.mark) })))
        }
        let age = pins.since.map {
            Duration.microseconds(max(0, Platform.monotonicMicroseconds() - $0))
        }
        let parts = components.all.map { ($0.name, $0.statistics) }
        return StoreStatistics(
            name: name, position: snapshot.position, buckets: buckets,
            records: buckets.reduce(0) { $0 + $1.records },
            indexes: buckets.reduce(0) { $0 + $1.indexes.count },
            snapshots: StoreStatistics.Snapshots(
                positions: pins.count,
                oldest: pins.oldest.map { Position(UInt64(bitPattern: $0)) }, oldestAge: age,
                pinnedBytes: pins.bytes),
            observers: desk.observerCount.load(ordering: .relaxed),
            components: Dictionary(parts) { first, _ in first })
    }
}
