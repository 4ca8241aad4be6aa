import Testing

@testable import StoreCore

@Suite struct PatchTests {
    private func layout(isStrict: Bool = false) throws -> Layout {
        try Layout.things(
            [
                "name": .string(required: true, length: 1...10), "age": .integer(range: 0...150),
                "score": .number,
                "token": .string(generated: .uuid), "seen": .date, "tags": .array,
                "level": .integer(default: 1),
            ], isStrict: isStrict)
    }

    private func codes(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as ValidationError {
            return error.issues.map { "\($0.field):\($0.code)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `A patch changes what it names and nothing else`() throws {
        let layout = try layout()
        let record = try layout.made(["name": "Alice", "age": 30, "extra": 1, "more": 2])
        let patch = try layout.makePatch(["age": 31.0, "extra": nil, "new": [1], "tags": nil])
        let merged = Record(try layout.merge(patch, onto: record.storage))
        #expect(merged["age"] == 31)
        #expect(merged["name"] == "Alice")
        #expect(merged["token"] == record["token"])
        #expect(merged["extra"].isNull && !merged.fields.contains("extra"))
        #expect(merged["new"] == [1] && merged["more"] == 2)
        #expect(record["age"] == 30 && record["extra"] == 1)
        #expect(merged.storage.head.pointee.row == record.storage.head.pointee.row)
    }

    @Test func `Null clears a field, and a required one refuses it`() throws {
        let layout = try layout()
        let record = try layout.made(["name": "Alice", "age": 30])
        let patch = try layout.makePatch(["age": nil])
        #expect(Record(try layout.merge(patch, onto: record.storage))["age"].isNull)
        #expect(codes { _ = try layout.makePatch(["name": nil]) } == ["name:required"])
    }

    @Test func `A patch tells all of its faults at once`() throws {
        let fields: Fields = [
            "name": "", "age": 200, "score": .double(.nan), "seen": "soon",
            "u": ValueTests.nested(200),
        ]
        #expect(
            codes { _ = try layout().makePatch(fields) } == [
                "name:minLength", "age:max", "score:type", "seen:type", "u:nesting",
            ])
        #expect(codes { _ = try layout(isStrict: true).makePatch(["x": 1]) } == ["x:unknownField"])
    }

    @Test func `Key and generated fields keep their values`() throws {
        let layout = try layout()
        let record = try layout.made(["name": "Alice", "token": "t"])
        let same = try layout.makePatch(["id": "1", "token": "t", "age": 5])
        #expect(Record(try layout.merge(same, onto: record.storage))["age"] == 5)
        let other = try layout.makePatch(["id": "2", "token": nil])
        #expect(
            codes { _ = try layout.merge(other, onto: record.storage) } == [
                "id:immutable", "token:immutable",
            ])
        let replacement: Fields = ["id": "2", "name": "Bob", "token": "u"]
        #expect(
            codes { _ = try layout.makeReplacement(replacement, for: record.storage) } == [
                "id:immutable", "token:immutable",
            ])
    }

    @Test func `A replacement keeps key and generated values, and forgets the rest`() throws {
        let layout = try layout()
        let record = try layout.made(["name": "Alice", "age": 30, "level": 5, "extra": 1])
        let replaced = Record(
            try layout.makeReplacement(["name": "Bob", "other": 2], for: record.storage))
        #expect(replaced.key == record.key)
        #expect(replaced["token"] == record["token"])
        #expect(replaced["age"].isNull && replaced["extra"].isNull)
        #expect(replaced["level"] == 1 && replaced["other"] == 2)
        #expect(
            codes { _ = try layout.makeReplacement([:], for: record.storage) } == ["name:required"])
    }

    @Test func `An edit becomes a patch of what it changed`() throws {
        let layout = try layout()
        let record = try layout.made(["name": "Alice", "age": 30, "extra": 1])
        let patch = try layout.patch(from: record) {
            $0["age"] = 31
            $0["name"] = "Alice"
            $0.removeValue("extra")
        }
        #expect(patch.edits.count == 2)
        let merged = Record(try layout.merge(patch, onto: record.storage))
        #expect(merged["age"] == 31 && merged["extra"].isNull)
        #expect(
            codes { _ = try layout.patch(from: record) { $0.removeValue("name") } } == [
                "name:required"
            ])
        let rekeyed = try layout.patch(from: record) { $0["id"] = "2" }
        #expect(codes { _ = try layout.merge(rekeyed, onto: record.storage) } == ["id:immutable"])
    }

    @Test func `An increment adds, from nothing too, and keeps the rules`() throws {
        let layout = try layout()
        let record = try layout.made(["name": "Alice", "age": 149, "visits": 3])
        func incremented(_ field: String, by amount: Value) throws -> Value {
            Record(try layout.merge(layout.makeIncrement(field, by: amount), onto: record.storage))[
                field]
        }
        #expect(try incremented("age", by: 1) == 150)
        #expect(try incremented("score", by: 0.5) == 0.5)
        #expect(try incremented("visits", by: -1) == 2)
        #expect(try incremented("fresh", by: 7) == 7)
        #expect(codes { _ = try incremented("age", by: 2) } == ["age:max"])
        #expect(codes { _ = try incremented("age", by: 0.5) } == ["age:type"])
        #expect(codes { _ = try incremented("name", by: 1) } == ["name:type"])
        #expect(codes { _ = try incremented("id", by: 1) } == ["id:immutable"])
        #expect(codes { _ = try incremented("age", by: "1") } == ["age:type"])
        #expect(codes { _ = try incremented("age", by: .double(.nan)) } == ["age:type"])
    }

    @Test func `A sum beyond the numbers is refused`() throws {
        let layout = try layout()
        let record = try layout.made([
            "name": "A", "score": .integer(.max), "big": .double(1.7e308), "text": "x",
        ])
        func sum(_ field: String, _ amount: Value) -> [String] {
            codes {
                _ = try layout.merge(layout.makeIncrement(field, by: amount), onto: record.storage)
            }
        }
        #expect(sum("score", 1) == ["score:max"])
        #expect(sum("score", .integer(.min)) == [])
        #expect(sum("big", 1.7e308) == ["big:type"])
        #expect(sum("text", 1) == ["text:type"])
    }

    @Test func `A patch knows when it changes nothing`() throws {
        let layout = try layout()
        let record = try layout.made(["name": "A", "age": 1])
        #expect(
            try layout.makePatch(["name": "A", "age": 1.0, "x": nil]).changesNothing(
                in: record.storage))
        #expect(try !layout.makePatch(["age": 2]).changesNothing(in: record.storage))
    }

    @Test func `Sizes follow what a record holds`() throws {
        let layout = try layout()
        let small = try layout.made(["name": "A"])
        let patch = try layout.makePatch(["tags": .array(Array(repeating: 1, count: 1_000))])
        let large = try layout.merge(patch, onto: small.storage)
        #expect(large.head.pointee.byteCount >= small.storage.head.pointee.byteCount + 24_000)
        let measured = large.head.pointee.byteCount
        large.measure()
        #expect(large.head.pointee.byteCount == measured)
        let back = try layout.merge(layout.makePatch(["tags": nil]), onto: large)
        #expect(back.head.pointee.byteCount == small.storage.head.pointee.byteCount)
        let extra = try layout.merge(
            layout.makePatch(["x": .string(String(repeating: "x", count: 500))]), onto: back)
        #expect(extra.head.pointee.byteCount > back.head.pointee.byteCount + 500)
    }
}
