import StoreCore
import Testing

/// The code of the README.
@Suite struct `The README` {
    @Test func `begins with a dozen lines`() async throws {
        let store = try await Store.start("shop")
        let users = try await store.defineBucket(
            "users", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement),
                "name": .string(required: true, length: 1...100),
                "role": .string(oneOf: ["admin", "user"], default: "user"),
                "visits": .integer(range: 0..., default: 0),
            ], indexes: ["role"])

        let alice = try await users.insert(["name": "Alice", "role": "admin"])
        try await users.insertMany([["name": "Carol"], ["name": "Bob"]])
        try await users.increment(alice.key, "visits", by: 3)

        for user in try users.where(["role": "user"]).order(by: "name").all() {
            print(user.key, user["name"].string ?? "", "version", user.version)
        }
        print("visits:", try users.sum("visits"))
        do {
            try await users.insert(["name": "", "role": "boss"])
        } catch {
            print(error)
        }
        await store.stop()
        #expect(store.isStopped)
    }
}
