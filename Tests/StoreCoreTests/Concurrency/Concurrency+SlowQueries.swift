import StoreCore
import Testing

extension Concurrency {
    @Suite struct SlowQueries {
        @Test func `of many threads are all counted`() async throws {
            let store = try await Store.start("people", .slowQueries(over: .zero))
            let people = try await store.defineBucket(
                "people", key: "id", schema: ["id": .integer, "name": .string])
            try await people.insertMany((0..<600).map { ["id": .integer($0)] })
            try await Crowd.writing(4, rounds: 50) { number, _, _ in
                _ = try people.where(.field("name") == "\(number)").first()
                _ = store.slowQueries
            }
            #expect(store.slowQueries.map(\.count) == [200])
        }
    }
}
