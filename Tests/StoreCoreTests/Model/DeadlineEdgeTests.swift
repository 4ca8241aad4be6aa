import StoreTesting
import Testing

@testable import StoreCore

@Suite struct `Deadlines at the ends of time` {
    @Test(arguments: [Int64.min, .min + 1, .min + 2, .max - 1, .max])
    func `order many records with the same one`(deadline: Int64) async throws {
        let store = try await Store.start("edge", .clock(ManualClock()))
        let bucket = try await store.defineBucket("records", key: "id", schema: ["id": .integer])
        for id in 0..<70 {
            let instant = Timestamp(microseconds: id % 7 == 0 ? deadline : .min + Int64(id % 4))
            try await bucket.insert(["id": .integer(Int64(id))], expiresAt: instant)
        }
        #expect(store.state.violations() == [])
        let isDue = deadline < ManualClock().now.microseconds
        #expect(try bucket.count() == (isDue ? 0 : 10))
        #expect(try bucket.overdue().count == (isDue ? 70 : 60))
        for id in 0..<70 where id % 7 > 0 {
            try await bucket.insert(["id": .integer(Int64(id))])
        }
        #expect(store.state.violations() == [])
    }
}
