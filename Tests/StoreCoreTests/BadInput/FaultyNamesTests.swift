import StoreCore
import StoreTesting
import Testing

@Suite struct `Names` {
    static let refused = [
        "", ".", "a.b", "../../etc/passwd", "*", "a*", "\n", "a\0b", "tab\t", "\u{7F}", "\u{85}",
        "\u{9F}", String(repeating: "x", count: 256), String(repeating: "é", count: 128),
        String(repeating: "😀", count: 64),
    ]

    static let taken = [
        "a", "__proto__", "constructor", " ", "-", "a/b",
        "caf\u{E9}", "cafe\u{301}", "😀", "👩‍👩‍👧‍👦", "שלום", "\u{202E}rtl", "\u{200B}", "\u{FEFF}",
        "DROP TABLE users;--", "%00", String(repeating: "x", count: 255),
        String(repeating: "é", count: 127),
    ]

    @Test(arguments: refused) func `a bucket cannot have this name`(name: String) async throws {
        let depot = try await Depot.filled("a")
        let error = try await expectRefusal(DefinitionError.self, by: depot.store) {
            try await depot.store.defineBucket(name, key: "id", schema: ["id": .string])
        }
        #expect(error.reason == .invalidName)
        #expect(error.bucket == name)
        #expect(throws: StoreError(.bucketNotDefined(name))) { try depot.store.bucket(name) }
    }

    @Test(arguments: taken) func `a bucket can have this name`(name: String) async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(name, key: "id", schema: ["id": .string])
        try await bucket.insert(["id": "a"])
        #expect(try store.bucket(name).get("a") != nil)
        #expect(try store.snapshot().bucket(name).count() == 1)
        #expect(try store.stats().buckets.map(\.name) == [name])
        try await store.dropBucket(name)
        #expect(store.buckets.isEmpty)
    }

    @Test func `names are told apart byte by byte`() async throws {
        let store = try await Store.start()
        for (index, name) in ["caf\u{E9}", "cafe\u{301}"].enumerated() {
            let bucket = try await store.defineBucket(name, key: "id", schema: ["id": .integer])
            try await bucket.insert(["id": .integer(Int64(index))])
        }
        #expect(store.buckets.count == 2)
        #expect(try store.bucket("caf\u{E9}").all().map(\.key) == [0])
        #expect(try store.bucket("cafe\u{301}").all().map(\.key) == [1])
        try await store.dropBucket("caf\u{E9}")
        #expect(try store.bucket("cafe\u{301}").count() == 1)
    }

    @Test(
        arguments: ["", "\n", "a\0b", "\u{85}", String(repeating: "x", count: 256)]
            + ["_version", "_createdAt", "_updatedAt", "_expiresAt"])
    func `a field cannot have this name`(name: String) async throws {
        let depot = try await Depot()
        let error = try await expectRefusal(DefinitionError.self, by: depot.store) {
            try await depot.store.defineBucket(
                "b", key: "id",
                schema: BucketSchema([
                    .init(name: "id", column: .string), .init(name: name, column: .string),
                ]))
        }
        #expect(error.reason == .invalidName)
        #expect(error.field == name)
    }

    @Test(arguments: [
        "a.b", "*", "../../etc/passwd", "__proto__", "_id", "😀", "\u{202E}x", "caf\u{E9}",
    ])
    func `a field can have this name`(name: String) async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: BucketSchema([
                .init(name: "id", column: .string),
                .init(name: name, column: .integer(unique: true)),
            ]),
            indexes: [IndexDefinition([name])])
        var fields: Fields = ["id": "a"]
        fields[name] = 7
        try await bucket.insert(fields)
        fields["id"] = "b"
        await #expect(throws: UniqueConstraintError.self) { try await bucket.insert(fields) }
        var wanted = Fields()
        wanted[name] = 7
        #expect(try bucket.where(wanted).count() == 1)
        #expect(try bucket.get("a")?[name] == 7)
    }

    @Test func `undeclared fields may have any name and are told apart byte by byte`() async throws
    {
        let depot = try await Depot()
        var fields = Depot.record("a")
        let names = Self.refused + Self.taken
        for (index, name) in names.enumerated() { fields[exact: name] = .integer(Int64(index)) }
        let record = try await depot.items.insert(fields)
        for (index, name) in names.enumerated() {
            #expect(record[FieldPath(exact: name)] == .integer(Int64(index)))
            #expect(record.fields[exact: name] == .integer(Int64(index)))
        }
    }

    @Test func `keys are told apart byte by byte`() async throws {
        let depot = try await Depot()
        for name in Self.taken + Self.refused {
            let text = Value.string(name)
            try await depot.items.insert(["id": text, "name": text, "code": text])
        }
        for name in Self.taken + Self.refused {
            let found = try depot.items.get(name)?["name"].string
            #expect(found?.utf8.elementsEqual(name.utf8) == true)
            #expect(try depot.items.where(["code": .string(name)]).count() == 1)
        }
    }
}
