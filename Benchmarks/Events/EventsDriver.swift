import Benchmark
import Measuring
import StoreCore
import StoreEvents

/// A store with a full bucket, and who writes to it.
final class EventsDriver: Sendable {
    static let bucket = "record"

    let store: Store
    let records: DynamicBucket
    private let data: Dataset

    init(_ data: Dataset, _ options: StoreOption...) async throws {
        self.data = data
        store = try await Store.start("bench", options)
        records = try await store.defineBucket(
            EventsDriver.bucket, key: "id",
            schema: [
                "id": .string(required: true),
                "name": .string(),
                "value": .number(),
                "role": .string(),
                "group": .string(),
            ],
            indexes: ["role"])
        for fields in data.records { try await records.insert(fields) }
    }

    // MARK: Writing

    /// Inserts some of the guests, which leave again by `dismiss`.
    func insert(_ guests: Range<Int>) async throws {
        for place in guests { blackHole(try await records.insert(data.guests[place])) }
    }

    func dismiss(_ guests: Range<Int>) async throws {
        for place in guests { try await records.delete(data.guestKeys[place]) }
    }

    /// Updates as many records as there are numbers, another one with each of them until all have had their turn.
    func update(_ numbers: Range<Int>) async throws {
        let (keys, patches) = (data.keys, data.patches)
        for number in numbers {
            blackHole(
                try await records.update(
                    keys[number % keys.count], patches[number % patches.count]))
        }
    }
}
