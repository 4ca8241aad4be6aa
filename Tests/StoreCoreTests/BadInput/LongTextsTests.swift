import StoreCore
import StoreTesting
import Testing

@Suite struct `Empty and very long texts` {
    private static let mebibyte = String(repeating: "x", count: 1 << 20)

    private func bucket() async throws -> DynamicBucket {
        try await Store.start().defineBucket(
            "texts", key: "id",
            schema: ["id": .string, "code": .string(unique: true), "text": .string],
            indexes: ["text"])
    }

    static let texts = ["", mebibyte, mebibyte + "y", String(repeating: "é", count: 1 << 19)]

    @Test(arguments: texts.indices)
    func `each can be a key, a unique value and an entry of an index`(
        index: Int
    ) async throws {
        let text = Self.texts[index]
        let bucket = try await bucket()
        try await bucket.insert(["id": "other", "code": "other", "text": "other"])
        let record = try await bucket.insert(
            ["id": .string(text), "code": .string(text), "text": .string(text)])
        #expect(record["text"].string?.utf8.count == text.utf8.count)
        #expect(try bucket.get(text) == record)
        #expect(try bucket.where(["code": .string(text)]).count() == 1)
        #expect(try bucket.where(["text": .string(text)]).count() == 1)
        #expect(try bucket.order(by: "text").first(1).count == 1)
        let error = await #expect(throws: UniqueConstraintError.self) {
            try await bucket.insert(["id": .string(text)])
        }
        #expect(try #require(error).description.utf8.count < 400, "messages stay short")
        #expect(try await bucket.delete(text))
        #expect(try bucket.where(["text": .string(text)]).count() == 0)
    }

    @Test func `long texts that differ in their last byte are different`() async throws {
        let bucket = try await bucket()
        for last in ["a", "b", "c"] {
            let text = Value.string(Self.mebibyte + last)
            try await bucket.insert(["id": text, "code": text, "text": text])
        }
        #expect(try bucket.count() == 3)
        let texts = try bucket.order(by: "text").all().map { $0["text"].string?.last }
        #expect(texts == ["a", "b", "c"])
        #expect(try bucket.where(.field("text").hasPrefix(Self.mebibyte)).count() == 3)
        #expect(try bucket.where(["code": .string(Self.mebibyte + "b")]).count() == 1)
    }

    @Test func `an empty text is a value, not a missing one`() async throws {
        let depot = try await Depot()
        try await depot.items.insert(["id": "", "name": "", "code": ""])
        #expect(try depot.items.get("")?["name"] == "")
        await #expect(throws: UniqueConstraintError.self) {
            try await depot.items.insert(["id": "x", "name": "", "code": ""])
        }
    }

    @Test func `a long text in a refused record stays out of the message`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .string(length: ...10), "n": .integer])
        let error = try await expectRefusal(ValidationError.self, by: store) {
            try await bucket.insert(["id": .string(Self.mebibyte), "n": .string(Self.mebibyte)])
        }
        #expect(error.issues.count == 2)
        #expect(error.description.utf8.count < 400)
    }
}
