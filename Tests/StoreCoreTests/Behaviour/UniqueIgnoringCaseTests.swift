import StoreCore
import Testing

/// Unique indexes that ignore case.
@Suite struct `Unique indexes that ignore case` {
    private func users(_ index: IndexDefinition) async throws -> DynamicBucket {
        try await Store.start().defineBucket(
            "users", key: "id",
            schema: ["id": .string, "email": .string, "tenant": .integer, "isActive": .bool],
            indexes: [index])
    }

    @Test(arguments: ["ALICE@example.com", "alice@example.com", "Alice@Example.COM"])
    func `let no two records differ by case alone`(email: String) async throws {
        let users = try await users(.unique(.ignoringCase("email")))
        try await users.insert(["id": "1", "email": "Alice@example.com"])
        try await users.insert(["id": "2", "email": "bob@example.com"])
        for write in [
            { try await users.insert(["id": "3", "email": .string(email)]) },
            { try await users.update("2", ["email": .string(email)]) },
        ] {
            let error = try await expectRefusal(UniqueConstraintError.self, by: users.store) {
                try await write()
            }
            #expect(error.fields == ["email"])
            #expect(error.value == .string(email))
        }
    }

    @Test func `compare what one commit writes`() async throws {
        let users = try await users(.unique(.ignoringCase("email")))
        await #expect(throws: UniqueConstraintError.self) {
            try await users.insertMany([["id": "1", "email": "É"], ["id": "2", "email": "é"]])
        }
        try await users.insertMany([["id": "1", "email": "A"], ["id": "2", "email": "B"]])
        var batch = WriteBatch()
        batch.update("1", ["email": "b"], in: users)
        batch.update("2", ["email": "a"], in: users)
        try await users.store.commit(batch)
        #expect(try users.all().map { $0["email"] } == ["b", "a"])
    }

    @Test func `let a record change the case of its own value`() async throws {
        let users = try await users(.unique(.ignoringCase("email")))
        try await users.insert(["id": "1", "email": "alice"])
        #expect(try await users.update("1", ["email": "ALICE"])["email"] == "ALICE")
        await #expect(throws: UniqueConstraintError.self) {
            try await users.insert(["id": "2", "email": "alice"])
        }
        try await users.delete("1")
        try await users.insert(["id": "2", "email": "alice"])
    }

    @Test func `go together with other fields and with a condition`() async throws {
        let users = try await users(
            .unique("tenant", .ignoringCase("email"), where: .field("isActive") == true))
        try await users.insert(["id": "1", "tenant": 1, "email": "a", "isActive": true])
        try await users.insert(["id": "2", "tenant": 2, "email": "A", "isActive": true])
        try await users.insert(["id": "3", "tenant": 1, "email": "A", "isActive": false])
        await #expect(throws: UniqueConstraintError.self) {
            try await users.update("3", ["isActive": true])
        }
    }

    @Test func `may be over the key`() async throws {
        let users = try await users(.unique(.ignoringCase("id")))
        try await users.insert(["id": "alice"])
        await #expect(throws: UniqueConstraintError.self) {
            try await users.insert(["id": "Alice"])
        }
    }

    @Test func `find the record, whether or not the query ignores case`() async throws {
        let users = try await users(.unique(.ignoringCase("email")))
        try await users.insert(["id": "1", "email": "Alice"])
        try await users.insert(["id": "2", "email": "Bob"])
        let folded = users.where(.field("email").equals("ALICE", ignoringCase: true))
        #expect(try folded.explain().access.description == #"unique "email ignoring case""#)
        #expect(try folded.count() == 1)
        let exact = users.where(["email": "Alice"])
        #expect(try exact.explain().access.description == #"unique "email ignoring case""#)
        #expect(try exact.count() == 1)
        #expect(try users.where(["email": "ALICE"]).count() == 0)
        #expect(try users.where(.field("email") == "BOB" || .field("id") == "1").count() == 1)
    }
}
