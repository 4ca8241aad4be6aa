import StoreCore
import Testing

@Suite struct `Cursors` {
    @Test func `survive being written as text`() async throws {
        let people = try await People.seven(indexes: ["name"]).bucket
        for query in [
            people.query, people.order(by: "name"), people.order(by: "tags", .descending),
            people.order(by: "address"), people.order(by: "joined").order(by: "score"),
        ] {
            let page = try query.page(limit: 3)
            let cursor = try #require(page.nextCursor)
            let again = Cursor(cursor.description)
            #expect(again == cursor)
            #expect(
                try query.page(after: again, limit: 3).records.ids
                    == query.page(after: cursor, limit: 3).records.ids)
            #expect(
                cursor.description.allSatisfy { $0.isASCII && $0 != "+" && $0 != "/" && $0 != "=" })
        }
    }

    @Test func `fit a bucket of the same name and order in another store`() async throws {
        let cursor = try await People.seven().bucket.order(by: "age").page(limit: 2).nextCursor
        let people = try await People.seven(indexes: ["age"]).bucket
        #expect(try people.order(by: "age").page(after: cursor, limit: 2).records.ids == [2, 7])
    }

    @Test func `that are none are an error`() async throws {
        let people = try await People.seven().bucket
        let real = try #require(try people.order(by: "age").page(limit: 2).nextCursor).description
        var texts = [
            "", "x", "AAAA", "not a cursor", "🙂🙂🙂🙂", String(real.dropLast()),
            String(real.dropFirst()),
            real + "A", real + "=", real + "\n", String(repeating: "A", count: 100_000),
        ]
        for place in real.indices {
            var changed = real
            changed.replaceSubrange(place...place, with: real[place] == "x" ? "y" : "x")
            texts.append(changed)
        }
        for text in texts {
            expect(reason: .malformedCursor) {
                try people.order(by: "age").page(after: Cursor(text), limit: 2)
            }
        }
    }

    @Test func `of another order, bucket or type are an error`() async throws {
        let people = try await People.seven()
        let cursor = try people.bucket.order(by: "age").page(limit: 2).nextCursor
        let other = try await people.store.defineBucket(
            "others", key: "id", schema: ["id": .integer, "age": .integer])
        let twin = try await Store.start().defineBucket(
            "people", key: "id", schema: ["id": .integer, "age": .number])
        for query in [
            people.bucket.query, people.bucket.order(by: "age", .descending),
            people.bucket.order(by: "age").order(by: "name"), people.bucket.order(by: "name"),
            other.order(by: "age"), twin.order(by: "age"),
        ] {
            expect(reason: .cursorMismatch) { try query.page(after: cursor, limit: 2) }
        }
        let natural = try people.bucket.page(limit: 2).nextCursor
        expect(reason: .cursorMismatch) {
            try people.bucket.order(by: "age").page(after: natural, limit: 2)
        }
        let keyed = try await People.seven(order: .key).bucket
        expect(reason: .cursorMismatch) { try keyed.page(after: natural, limit: 2) }
    }

    @Test func `are refused before anything else, even for a page of none`() async throws {
        let people = try await People.seven().bucket
        expect(reason: .malformedCursor) { try people.page(after: Cursor("x"), limit: 0) }
        expect(reason: .malformedCursor) {
            try people.where(.none).page(after: Cursor("x"), limit: 1)
        }
    }

    @Test func `carry long and odd values`() async throws {
        let bucket = try await Store.start().defineBucket(
            "b", key: "id", schema: ["id": .integer, "x": .string], indexes: ["x"])
        let texts = ["", "\0", "\0\0", "é", "e\u{301}", String(repeating: "long ", count: 20_000)]
        try await bucket.insertMany(
            texts.enumerated().map { ["id": .integer(Int64($0)), "x": .string($1)] })
        let expected = try bucket.order(by: "x").all().ids
        var cursor: Cursor?
        var found: [Int] = []
        repeat {
            let page = try bucket.order(by: "x").page(after: cursor, limit: 1)
            found += page.records.ids
            cursor = page.nextCursor
        } while cursor != nil
        #expect(found == expected)
    }
}
