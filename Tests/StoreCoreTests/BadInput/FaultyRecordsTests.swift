import StoreCore
import StoreTesting
import Testing

@Suite struct `Faulty records` {
    @Test(arguments: [[:], ["name": "x"], ["id": nil, "name": "x"]] as [Fields])
    func `a record without its key is refused`(fields: Fields) async throws {
        let depot = try await Depot()
        let error = try await expectRefusal(ValidationError.self, by: depot.store) {
            try await depot.items.insert(fields)
        }
        #expect(error.issues.contains { $0.field == "id" && $0.code == .required })
        #expect(error.key == nil)
    }

    @Test func `a record without part of its key is refused`() async throws {
        let store = try await Store.start()
        let lines = try await store.defineBucket(
            "lines", key: ["order", "product"], schema: ["order": .integer, "product": .integer])
        let error = try await expectRefusal(ValidationError.self, by: store) {
            try await lines.insert(["order": 1])
        }
        #expect(error.issues.map(\.field) == ["product"])
    }

    @Test func `a record without a required field is refused`() async throws {
        let depot = try await Depot()
        let error = try await expectRefusal(ValidationError.self, by: depot.store) {
            try await depot.items.insert(["id": "a"])
        }
        #expect(error.issues.map(\.field) == ["name"])
        #expect(error.key == "a")
    }

    @Test func `a replacement without a required field is refused`() async throws {
        let depot = try await Depot.filled("a")
        try await expectRefusal(ValidationError.self, by: depot.store) {
            try await depot.items.replace("a", with: ["rank": 1])
        }
    }

    @Test func `a key of another type is refused on insertion and finds nothing elsewhere`()
        async throws
    {
        let depot = try await Depot.filled("a")
        try await expectRefusal(ValidationError.self, by: depot.store) {
            try await depot.items.insert(["id": 1, "name": "x"])
        }
        #expect(try depot.items.get(1) == nil)
        #expect(try depot.items.get(Key(.null)) == nil)
        #expect(try depot.items.get(Key(["a"])) == nil)
        #expect(try depot.items.get(Key(.double(.nan))) == nil)
        #expect(try await depot.items.delete(1) == false)
        try await expectRefusal(RecordNotFoundError.self, by: depot.store) {
            try await depot.items.update(1, ["rank": 1])
        }
    }

    @Test func `a change of the key is refused`() async throws {
        let depot = try await Depot.filled("a")
        for write in [
            { @Sendable in try await depot.items.update("a", ["id": "b"]) },
            { try await depot.items.update("a") { $0["id"] = "b" } },
            { try await depot.items.update("a", ["id": nil]) },
            { try await depot.items.replace("a", with: ["id": "b", "name": "x"]) },
            { try await depot.items.increment("a", "id") },
        ] {
            let error = try await expectRefusal(ValidationError.self, by: depot.store) {
                try await write()
            }
            #expect(error.issues.map(\.code) == [.immutable])
        }
    }

    @Test(arguments: [("a", nil), ("z", "code-a")] as [(String, String?)])
    func `a key or unique value that is taken is refused, in every way`(key: String, code: String?)
        async throws
    {
        let depot = try await Depot.filled("ab")
        let fields: Fields = [
            "id": .string(key), "name": "x", "code": code.map(Value.string) ?? nil,
        ]
        let field = code == nil ? "id" : "code"
        for write in [
            { @Sendable in _ = try await depot.items.insert(fields) },
            {
                _ = try await depot.items.insertMany([Depot.record("x"), fields, Depot.record("y")])
            },
            {
                var batch = WriteBatch()
                batch.delete("b", from: depot.items)
                batch.insert(fields, into: depot.items)
                try await depot.store.commit(batch)
            },
            {
                try await depot.store.write { tx in
                    let items = try tx.bucket("items")
                    try items.delete("b")
                    try items.insert(fields)
                }
            },
        ] {
            let error = try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
                try await write()
            }
            #expect(error.bucket == "items")
            #expect(error.fields == [field])
            #expect(error.value == fields[field])
            #expect(error.key == Key(.string(key)))
        }
    }

    @Test func `two equal unique values in one batch are refused`() async throws {
        let depot = try await Depot()
        try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
            try await depot.items.insertMany([
                ["id": "a", "name": "x", "code": "same"], ["id": "b", "name": "x", "code": "same"],
            ])
        }
    }

    @Test func `an update that takes another record's unique value is refused`() async throws {
        let depot = try await Depot.filled("ab")
        try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
            try await depot.items.update("a", ["code": "code-b"])
        }
        try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
            try await depot.items.updateMany(where: .all, ["code": "one for all"])
        }
    }

    @Test(arguments: ["missing", ""]) func `an update of what is not there is refused`(key: String)
        async throws
    {
        let depot = try await Depot.filled("a")
        let items = depot.items
        for write in [
            { @Sendable in _ = try await items.update(key, ["rank": 1]) },
            { _ = try await items.update(key) { $0["rank"] = 1 } },
            { _ = try await items.replace(key, with: ["name": "x"]) },
            { _ = try await items.increment(key, "rank") },
            { _ = try await items.setDeadline(key, nil) },
        ] {
            let error = try await expectRefusal(RecordNotFoundError.self, by: depot.store) {
                try await write()
            }
            #expect(error == RecordNotFoundError(bucket: "items", key: Key(.string(key))))
        }
    }

    @Test(
        arguments: [
            ("rank", .string("x"), .type), ("rank", .double(.nan), .type), ("rank", nil, .type),
            ("name", 1, .type), ("tags", 1, .type), ("rank", 0.5, .type),
            ("rank", .integer(.max), .max), ("extra", 1, .type),
        ] as [(String, Value, ValidationIssue.Code)])
    func `an increment that makes no sense is refused`(
        field: String, amount: Value, code: ValidationIssue.Code
    ) async throws {
        let depot = try await Depot()
        try await depot.items.insert(["id": "a", "name": "x", "rank": 1, "extra": "text"])
        let error = try await expectRefusal(ValidationError.self, by: depot.store) {
            try await depot.items.increment("a", field, by: amount)
        }
        #expect(error.issues.map(\.code) == [code])
    }

    @Test func `a closure that throws has changed nothing`() async throws {
        let depot = try await Depot.filled("a")
        let error = try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.items.update("a") { fields in
                fields["rank"] = 9
                throw Refusal(note: "closure")
            }
        }
        #expect(error == Refusal(note: "closure"))
    }
}
