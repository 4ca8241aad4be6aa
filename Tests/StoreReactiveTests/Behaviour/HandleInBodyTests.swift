import StoreCore
import StoreReactive
import StoreTesting
import StoreTransactions
import Testing

/// Nobody knows of what a body reads past its context, so no commit would make it run again.
@Suite struct `A handle that a live body has captured` {
    private struct User: StoreRecord, Equatable {
        typealias Key = Int
        var id: Int
        var name: String

        static let schema = Schema<User>("users", key: \.id) { field in
            field(\.id, "id")
            field(\.name, "name")
        }
    }

    private struct Place: Sendable {
        let store: Store
        let users: Bucket<User>
        let dynamic: DynamicBucket
        /// A bucket of another store.
        let elsewhere: DynamicBucket
    }

    private func place() async throws -> Place {
        let (store, other) = (try await Store.start("here"), try await Store.start("there"))
        let users = try await store.defineBucket(User.self)
        let elsewhere = try await other.defineBucket(
            "places", key: "id", schema: ["id": .integer])
        return Place(
            store: store, users: users, dynamic: try store.bucket("users"), elsewhere: elsewhere)
    }

    private typealias Read = @Sendable (Place) async throws -> Int

    private static let reads: [Read] = [
        { try $0.dynamic.get(1) == nil ? 0 : 1 },
        { try $0.users.get(1) == nil ? 0 : 1 },
        { try $0.dynamic.count() },
        { try $0.users.where { $0.name == "Ann" }.count() },
        { try $0.users.all().count },
        { try $0.store.snapshot().bucket("users").count() },
        { try $0.elsewhere.count() },
        { place in try await place.store.transaction { try $0[place.dynamic].count() } },
        { place in try await Task { try place.dynamic.count() }.value },
    ]

    private static func isToldToReadThroughTheContext(_ error: any Error) -> Bool {
        guard let error = error as? StoreError else { return false }
        return error.description.contains("inside a live query: read through its context")
    }

    @Test(arguments: reads.indices)
    func `is not read, and the error says what to do`(index: Int) async throws {
        let place = try await place()
        let read = Self.reads[index]
        let live = place.store.live { _ in try await read(place) }
        await #expect { try await live.subscribe { _ in } } throws: {
            Self.isToldToReadThroughTheContext($0)
        }
        let query = try place.store.define("count") { _ in try await read(place) }
        await #expect { try await place.store.subscribe(query) { _ in } } throws: {
            Self.isToldToReadThroughTheContext($0)
        }
        // Who reads elsewhere is not concerned.
        _ = try await read(place)
    }

    @Test(arguments: reads.indices)
    func `is read where the body says that it is not to be tracked`(index: Int) async throws {
        let place = try await place()
        let read = Self.reads[index]
        let seen = Seen<Int>()
        let live = place.store.live { ctx in
            try await ctx.untracked { try await read(place) } + ctx[place.users].count()
        }
        try await live.subscribe { seen.add($0.value) }
        try await place.users.insert(User(id: 1, name: "Ann"))
        try await place.store.settle()
        #expect(seen.values.first == 0)
        #expect(seen.values.last ?? 0 >= 1)
        await place.store.stop()
    }

    @Test func `wakes nobody where it is read untracked`() async throws {
        let place = try await place()
        let live = place.store.live { ctx in try ctx.untracked { try place.dynamic.count() } }
        try await live.subscribe { _ in }
        try await place.users.insert(User(id: 1, name: "Ann"))
        try await place.store.settle()
        #expect(live.latest?.value == 0)
        #expect(live.status?.runs == 1)
        await place.store.stop()
    }

    @Test func `can be written through no more than before`() async throws {
        let place = try await place()
        let live = place.store.live { ctx in
            try await ctx.untracked {
                try await place.users.insert(User(id: 1, name: "Ann"))
                return 0
            }
        }
        let error = await #expect(throws: StoreError.self) { try await live.subscribe { _ in } }
        #expect(error?.reason == .writesForbidden("inside a query, which only reads"))
        await place.store.stop()
    }

    @Test func `may be read by handlers, and beside a body that is under way`() async throws {
        let place = try await place()
        let gate = Gate()
        let seen = Seen<Int>()
        try await place.store.live { ctx in try ctx[place.users].count() }
            .subscribe { _ in seen.add(try place.dynamic.count()) }
        let slow = place.store.live { ctx in
            await gate.pass()
            return try ctx[place.users].count()
        }
        async let subscribed = slow.subscribe { _ in }
        await gate.isReached()
        #expect(try place.dynamic.count() == 0)
        #expect(try place.users.get(1) == nil)
        await gate.open()
        _ = try await subscribed
        try await place.store.settle()
        #expect(seen.values == [0])
        await place.store.stop()
    }
}
