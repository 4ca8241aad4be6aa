import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `What handlers run in` {
    @Test func `is no part of the exclusive section in which they have subscribed`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        let audit = try await shop.define("audit")
        try await shop.store.exclusively {
            shop.store.on("bucket.orders.inserted") { _, _ in
                await notes.note("begun")
                try await audit.insert([:])
                await notes.note("written")
            }
            try await shop.orders.insert([:])
            await notes.have(1)
            // A write that does not wait for its turn would be here by now.
            for _ in 0..<1_000 { await Task.yield() }
            #expect(try audit.count() == 0)
        }
        await notes.have(2)
        #expect(try audit.count() == 1)
    }
}
