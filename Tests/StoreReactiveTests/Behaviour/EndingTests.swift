import StoreCore
import StoreReactive
import Testing

struct EndingTests {
    @Test func `a handler's errors are told on its own actor, and settle waits for the end's`()
        async throws
    {
        let store = try await Store.start("t")
        let query = try store.define("one") { _ in 1 }
        let seen = Seen<LiveQueryError.Reason?>()
        try await store.subscribe(
            query,
            onError: { error in
                MainActor.assumeIsolated { seen.add((error as? LiveQueryError)?.reason) }
            }, { @MainActor _ in })
        try await store.settle()
        store.undefine("one")
        try await store.settle()
        #expect(seen.values == [.notDefined])
        await store.stop()
    }

    @Test func `a query ends with its last subscription, though that is held`() async throws {
        let store = try await Store.start("t")
        let query = try store.define("one") { _ in 1 }
        let subscription = try await store.subscribe(query) { _ in }
        #expect(store.queries().map(\.name) == ["one"])
        await subscription.cancelAndWait()
        #expect(store.queries().isEmpty && !subscription.isActive)
        subscription.cancel()
        await store.stop()
    }
}
