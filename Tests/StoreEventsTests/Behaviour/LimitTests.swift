import StoreCore
import StoreEvents
import StoreSupervision
import StoreTesting
import Testing

/// Numbers that nobody means, and that must do no harm.
@Suite struct `Limits` {
    @Test func `may be as large as there is`() async throws {
        let forever = Duration.seconds(Int64.max)
        let shop = try await Shop(
            .events(handlerLimit: forever, stopLimit: forever, deadLetters: .max))
        let gate = Gate()
        let notes = Notes()
        shop.store.on("**", batching: .count(.max, every: forever)) { events in
            await notes.note("\(events.count)")
        }
        shop.store.on("**", buffering: .dropOldest(.max)) { _, _ in
            await gate.pass()
            throw Fault()
        }
        shop.store.on(
            "**", buffering: .fail(.max),
            retry: .upTo(.max, backoff: .exponential(from: forever, to: forever))
        ) { _, _ in throw Fault() }
        try await shop.order(3)
        await gate.isReached()
        let settling = Task { try await shop.store.settle() }
        #expect(shop.store.health.state == .running)
        await gate.open()
        try await settling.value
        #expect(await notes.all == ["3"])
        #expect(shop.store.deadLetters.count == 3)
        await shop.store.stop()
    }

    @Test func `may be nothing, or less`() async throws {
        let shop = try await Shop(
            .events(handlerLimit: .seconds(-1), stopLimit: .zero, deadLetters: -1))
        let notes = Notes()
        shop.store.on("**", batching: .every(.zero)) { events in
            for event in events { await notes.note("\(event.key)") }
        }
        shop.store.on("**", buffering: .dropOldest(-1)) { _, _ in throw Fault() }
        try await shop.order(3)
        await notes.have(3)
        #expect(await notes.all == ["1", "2", "3"])
        #expect(shop.store.deadLetters.count == 0)
        await shop.store.stop()
    }
}
