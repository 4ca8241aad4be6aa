import StoreCore
import StoreEvents
import StoreTesting
import Testing

struct DeadLetterRoomTests {
    private struct Mishap: Error {}

    @Test func `a dead letter that gave way does not come back when a newer one is removed`()
        async throws
    {
        let shop = try await Shop(.events(deadLetters: 2))
        shop.store.on("bucket.orders.*") { _, _ in throw Mishap() }
        for _ in 1...3 { try await shop.orders.insert([:]) }
        try await shop.store.settle()
        let letters = shop.store.deadLetters
        #expect(letters.all.map(\.id) == [2, 3])
        #expect(letters.remove(letters.all[1]))
        #expect(letters.all.map(\.id) == [2])
        #expect(letters.displacedCount == 1)
    }
}
