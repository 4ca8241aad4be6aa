import StoreCore
import StoreTTL
import StoreTesting

/// A store on a clock that stands still, with one bucket.
struct Larder {
    let clock = ManualClock()
    let store: Store
    let items: DynamicBucket
    let recorder = RecordingObserver()

    static let schema: BucketSchema = ["id": .string(), "n": .integer()]

    init(_ options: BucketOption..., store storeOptions: [StoreOption] = []) async throws {
        store = try await Store.start("larder", [.clock(clock)] + storeOptions)
        items = try await store.defineBucket("items", key: "id", schema: Self.schema, options)
        _ = try await store.attach(recorder)
    }

    /// The keys of the records that reads show, in order of insertion.
    var keys: [String] { get throws { try items.all().compactMap { $0["id"].string } } }

    /// What happened to records, in order: `-a expired`.
    var departures: [String] {
        recorder.changes.filter { $0.kind == .deleted }.map {
            "-\($0.key.value.string ?? "") \($0.reason)"
        }
    }

    func insert(_ keys: String...) async throws {
        for key in keys { try await items.insert(["id": .string(key)]) }
    }

    func statistic(_ name: String) -> Value {
        store.component(named: "expiry")?.statistics[name] ?? .null
    }

    /// Returns when the condition holds; others run meanwhile.
    func until(_ condition: () throws -> Bool) async rethrows {
        while try !condition() { await Task.yield() }
    }
}

/// Restores one bucket.
struct OneBucket: StateLoader {
    let definition: BucketDefinition
    let records: [RestoredRecord]
    let instant: Timestamp

    /// What a larder would leave behind.
    init(_ larder: Larder) throws {
        definition = larder.items.definition
        records = try larder.store.snapshot().bucket("items").oldest(limit: .max).map(
            RestoredRecord.init)
        instant = larder.clock.now
    }

    func load(into state: StateRestoration) async throws {
        state.setPosition(Position(100), timestamp: instant)
        state.addBucket(definition, records: records)
    }
}
