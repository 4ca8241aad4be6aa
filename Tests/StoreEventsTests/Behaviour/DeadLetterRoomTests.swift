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

    /// An error that looks at the dead letters when it is let go.
    private final class Farewell: Error, Sendable {
        private let store: Store

        init(_ store: Store) { self.store = store }

        deinit { _ = store.deadLetters.count }
    }

    enum Parting: CaseIterable { case displaced, displacedLate, removed }

    @Test(arguments: Parting.allCases)
    func `an error that looks at the dead letters when it goes may do so`(parting: Parting)
        async throws
    {
        let shop = try await Shop(.events(deadLetters: parting == .displaced ? 1 : 2))
        let store = shop.store
        store.on("bucket.orders.*") { _, _ in throw Farewell(store) }
        try await shop.order(3)
        try await store.settle()
        switch parting {
        case .displaced: break
        case .displacedLate: store.deadLetters.remove(store.deadLetters.all[0])
        case .removed: store.deadLetters.removeAll()
        }
        let left: [Parting: [UInt64]] = [.displaced: [3], .displacedLate: [3]]
        #expect(store.deadLetters.all.map(\.id) == left[parting, default: []])
        store.deadLetters.removeAll()
    }
}
