import StoreCore
import Testing

/// Unique indexes over the records that satisfy a condition.
@Suite struct `Partial unique indexes` {
    private static let index = IndexDefinition.unique("email", where: .field("isActive") == true)

    private func users() async throws -> DynamicBucket {
        try await Store.start().defineBucket(
            "users", key: "id",
            schema: ["id": .integer, "email": .string, "isActive": .bool, "name": .string],
            indexes: [Self.index])
    }

    @Test func `let values meet among records that do not satisfy the condition`() async throws {
        let users = try await users()
        try await users.insert(["id": 1, "email": "a", "isActive": true])
        try await users.insert(["id": 2, "email": "a", "isActive": false])
        try await users.insert(["id": 3, "email": "a"])
        #expect(try users.where(["email": "a"]).count() == 3)
    }

    @Test(
        arguments: [
            { try await $0.insert(["id": 9, "email": "a", "isActive": true]) },
            { try await $0.update(2, ["isActive": true]) },
            { try await $0.update(3, ["email": "a"]) },
            { try await $0.replace(2, with: ["email": "a", "isActive": true]) },
            {
                try await $0.insertMany([
                    ["id": 8, "email": "new", "isActive": true],
                    ["id": 9, "email": "new", "isActive": true],
                ])[0]
            },
        ] as [@Sendable (DynamicBucket) async throws -> Record])
    func `refuse a second record that satisfies it, however it comes to`(
        write: @Sendable (DynamicBucket) async throws -> Record
    ) async throws {
        let users = try await users()
        try await users.insert(["id": 1, "email": "a", "isActive": true])
        try await users.insert(["id": 2, "email": "a", "isActive": false])
        try await users.insert(["id": 3, "email": "b", "isActive": true])
        let error = try await expectRefusal(UniqueConstraintError.self, by: users.store) {
            try await write(users)
        }
        #expect(error.fields == ["email"])
    }

    @Test func `free a value when its record ceases to satisfy it`() async throws {
        let users = try await users()
        try await users.insert(["id": 1, "email": "a", "isActive": true])
        try await users.update(1, ["isActive": false])
        try await users.insert(["id": 2, "email": "a", "isActive": true])
        await #expect(throws: UniqueConstraintError.self) {
            try await users.update(1, ["isActive": true])
        }
    }

    @Test func `may be handed over within one commit`() async throws {
        let users = try await users()
        try await users.insert(["id": 1, "email": "a", "isActive": true])
        try await users.insert(["id": 2, "email": "a", "isActive": false])
        var batch = WriteBatch()
        batch.update(2, ["isActive": true], in: users)
        batch.update(1, ["isActive": false], in: users)
        try await users.store.commit(batch)
        #expect(try users.where(["email": "a", "isActive": true]).all().ids == [2])
    }

    @Test func `find a record where the query implies their condition`() async throws {
        let users = try await users()
        try await users.insert(["id": 1, "email": "a", "isActive": false])
        try await users.insert(["id": 2, "email": "a", "isActive": true])
        let active = users.where(["email": "a", "isActive": true])
        #expect(
            try active.explain().access.description == #"unique "email" where isActive == true"#)
        #expect(try active.all().ids == [2])
        let all = users.where(["email": "a"])
        #expect(try all.explain().access == .scan)
        #expect(try all.all().ids == [1, 2])
        #expect(try users.where(["email": "a", "isActive": false]).all().ids == [1])
    }
}
