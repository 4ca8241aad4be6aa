import StoreCore
import StoreTesting
import Testing

/// Shops have an object, a column whose own name has a dot, and whatever else is written.
@Suite struct `A name with dots` {
    private static func shops(_ options: BucketOption...) async throws -> DynamicBucket {
        let store = try await Store.start("shops", .clock(ManualClock()))
        return try await store.defineBucket(
            "shops", key: "id",
            schema: [
                "id": .integer, "address": .object, "geo.lat": .number, "geo": .object,
                "tags": .array, "name": .string,
                "hours": .object(default: .value(["open": 8])),
            ],
            indexes: ["geo.lat"], options)
    }

    private static func issues(_ body: () async throws -> Void) async -> [String] {
        do {
            try await body()
            return []
        } catch let error as ValidationError {
            return error.issues.map { "\($0.field):\($0.code)" }
        } catch {
            return ["\(error)"]
        }
    }

    // MARK: Decided once

    @Test func `is the column of this name, in every write and read`() async throws {
        let shops = try await Self.shops()
        try await shops.insert(["id": 1, "geo.lat": 46.9, "geo": ["lat": 1]])
        #expect(try shops.get(1)?["geo.lat"] == 46.9)
        try await shops.update(1, ["geo.lat": 47])
        try await shops.increment(1, "geo.lat")
        let record = try #require(try shops.get(1))
        #expect(record["geo.lat"] == 48)
        #expect(record["geo"] == ["lat": 1])
        #expect(try shops.where(["geo.lat": 48]).count() == 1)
        #expect(try shops.where(.field("geo.lat") == 1).count() == 0)
        #expect(try shops.query.select("geo.lat").all() == [["geo.lat": 48]])
        #expect(try shops.max("geo.lat") == 48)
    }

    @Test func `is otherwise the way into objects, in every write and read`() async throws {
        let shops = try await Self.shops()
        try await shops.insert(["id": 1, "address.city": "Bern", "seen.count": 1])
        try await shops.insert(["id": 2, "address": ["city": "Basel", "zip": "4000"]])
        try await shops.update(1, ["address.zip": "3000", "seen.by.last": "Ann"])
        try await shops.update(2) { $0["address.city"] = "Aarau" }
        try await shops.increment(1, "seen.count", by: 2)
        try await shops.increment(2, "seen.count")
        let records = try shops.all()
        #expect(
            records.map { $0["address"] } == [
                ["city": "Bern", "zip": "3000"], ["city": "Aarau", "zip": "4000"],
            ])
        #expect(records.map { $0["seen"] } == [["count": 3, "by": ["last": "Ann"]], ["count": 1]])
        #expect(records.map { $0["address.city"] } == ["Bern", "Aarau"])
        #expect(records[0]["address.city" as FieldPath] == "Bern")
        #expect(records.allSatisfy { !$0.fields.names.contains { $0.contains(".") } })
        #expect(try shops.where(["address.city": "Bern"]).all().map(\.key) == [1])
        #expect(try shops.where(.field("seen.count") == 1).all().map(\.key) == [2])
        #expect(try shops.order(by: "address.city").all().map(\.key) == [2, 1])
        #expect(
            try shops.query.select("address.city").all().map { $0["address.city"] } == [
                "Bern", "Aarau",
            ])
        #expect(try shops.sum("seen.count") == 4)
        let inCode = Predicate.matching { $0["address.city"] == "Bern" }
        #expect(try shops.where(inCode).count() == 1)
    }

    @Test func `is read as it is written, by the closure of an update too`() async throws {
        let shops = try await Self.shops()
        try await shops.insert(["id": 1, "seen": ["count": 1, "by": ["Ann"]], "geo": ["lat": 5]])
        let record = try await shops.update(1) { fields in
            #expect(fields["geo.lat"].isNull)
            #expect(!fields.contains("seen.count"))
            fields["seen.count"] = .integer((fields["seen.count"].int64 ?? 0) + 1)
            fields["seen.by"] = .array((fields["seen.by"].array ?? []) + ["Bob"])
            fields["geo.lat"] = 47
        }
        #expect(record["seen"] == ["count": 2, "by": ["Ann", "Bob"]])
        #expect(record["geo.lat"] == 47)
        #expect(record["geo"] == ["lat": 5])
    }

    enum Way: CaseIterable {
        case bucket, upsert, batch, write, draft, many
    }

    @Test(arguments: Way.allCases) func `leads into objects however it is written`(
        way: Way
    ) async throws {
        let shops = try await Self.shops()
        let store = shops.store
        try await shops.insert(["id": 1, "address": ["zip": "3000"]])
        let change: Fields = ["address.city": "Bern", "more.x.y": 1]
        switch way {
        case .bucket: try await shops.update(1, change)
        case .upsert: try await shops.upsert(change.merging(["id": 1]))
        case .batch:
            var batch = WriteBatch()
            batch.update(1, ["address.city": "Bern"], in: shops)
            batch.update(1, in: shops) { $0["more.x.y"] = 1 }
            try await store.commit(batch)
        case .write: try await store.write { tx in try tx[shops].update(1, change) }
        case .draft:
            let draft = try store.draft()
            try draft.context[shops].update(1, change)
            try await store.commit(draft)
        case .many: try await shops.updateMany(where: .all, change)
        }
        let record = try #require(try shops.get(1))
        #expect(record["address"] == ["zip": "3000", "city": "Bern"])
        #expect(record["more"] == ["x": ["y": 1]])
    }

    @Test func `leads into a column that has been given its default`() async throws {
        let shops = try await Self.shops()
        let record = try await shops.insert(["id": 1, "hours.close": 18])
        #expect(record["hours"] == ["open": 8, "close": 18])
        #expect(
            try await shops.replace(1, with: ["hours.open": 9])["hours"] == ["open": 9])
    }

    @Test func `clears what it leads to, and makes nothing to clear something in`() async throws {
        let shops = try await Self.shops()
        try await shops.insert(["id": 1, "address": ["city": "Bern", "zip": "3000"], "geo.x": nil])
        let record = try await shops.update(
            1, ["address.city": nil, "geo.deep.x": nil, "none.x": nil])
        #expect(record["address"] == ["zip": "3000"])
        #expect(record["geo"].isNull)
        #expect(record["none"].isNull)
    }

    @Test func `in typed records is the property that was named as nested`() async throws {
        let store = try await Store.start("shops")
        let counters = try await store.defineBucket(Counter.self)
        try await counters.insert(Counter(id: 1, seen: .init(count: 1)))
        #expect(try await counters.increment(1, \.seen.count, by: 2).seen.count == 3)
        try await store.write { tx in try tx[Counter.self].increment(1, \.seen.count) }
        #expect(try counters.get(1)?.seen.count == 4)
        #expect(try counters.dynamic.get(1)?.fields.names == ["id", "seen"])
    }

    private struct Counter: StoreRecord, Identifiable {
        struct Seen: Codable, Sendable { var count: Int }
        var id: Int
        var seen: Seen
        static let schema = Schema<Counter>("counters", key: \.id) { field in
            field(\.id, "id")
            field.object(\.seen, "seen")
            field.nested(\.seen.count, "seen.count")
        }
    }

    // MARK: Faults

    struct Fault: Sendable, CustomTestStringConvertible {
        let fields: Fields
        let issue: String
        var testDescription: String { issue }

        init(_ fields: Fields, _ issue: String) { (self.fields, self.issue) = (fields, issue) }
    }

    private static let faults = [
        Fault(["name.first": "A"], "name.first:type"), Fault(["tags.0": 1], "tags.0:type"),
        Fault(["id.x": 1], "id.x:type"),
        Fault(["address": ["city": "A"], "address.city": "B"], "address.city:overlap"),
        Fault(["address.city": "B", "address": nil], "address.city:overlap"),
        Fault(["more.x": 1, "more": nil], "more.x:overlap"),
        Fault(["more.x.y": 1, "more.x": 2], "more.x.y:overlap"),
        Fault(["a.b": 1, "a.b.c": 1, "a-b": 1, "a.a": 1], "a.b.c:overlap"),
        Fault(["address.x": .double(.nan)], "address.x:notFinite"),
        Fault(["more.x": .double(.nan)], "more.x:notFinite"),
    ]

    @Test(arguments: faults) func `that leads nowhere is told from one that does`(
        fault: Fault
    ) async throws {
        let (fields, issue) = (fault.fields, fault.issue)
        let shops = try await Self.shops()
        #expect(await Self.issues { try await shops.insert(fields.merging(["id": 1])) } == [issue])
        #expect(try shops.count() == 0)
        let kept = try await shops.insert(["id": 2, "name": "kept", "tags": [0]])
        #expect(await Self.issues { try await shops.update(2, fields) } == [issue])
        #expect(await Self.issues { try await shops.upsert(fields.merging(["id": 2])) } == [issue])
        #expect(await Self.issues { try await shops.replace(2, with: fields) } == [issue])
        #expect(try shops.get(2) == kept)
    }

    @Test func `meets what a record has in its way`() async throws {
        let shops = try await Self.shops()
        try await shops.insert(["id": 1, "more": 5, "address": ["city": "Bern"]])
        #expect(await Self.issues { try await shops.update(1, ["more.x": 1]) } == ["more.x:type"])
        #expect(
            await Self.issues { try await shops.update(1, ["address.city.name": 1]) } == [
                "address.city.name:type"
            ])
        #expect(
            await Self.issues { try await shops.increment(1, "address.city") } == [
                "address.city:type"
            ])
        let deep = Array(repeating: "x", count: 200).joined(separator: ".")
        let deepest = Array(repeating: "x", count: 100_000).joined(separator: ".")
        #expect(
            await Self.issues {
                try await shops.update(1, Fields([(name: deep, value: Value.integer(1))]))
            } == [
                "\(deep):nesting"
            ])
        #expect(await Self.issues { try await shops.increment(1, deepest) }.count == 1)
        #expect(try shops.get(1)?.version == 1)
    }

    @Test func `of a strict bucket begins with a column`() async throws {
        let store = try await Store.start("shops")
        let shops = try await store.defineBucket(
            "shops", key: "id", schema: ["id": .integer, "address": .object], .strict)
        try await shops.insert(["id": 1, "address.city": "Bern"])
        #expect(await Self.issues { try await shops.update(1, ["a.b": 1]) } == ["a.b:unknownField"])
        #expect(
            await Self.issues { try await shops.insert(["id": 2, "a.b": 1]) } == [
                "a.b:unknownField"
            ])
        #expect(
            await Self.issues { try await shops.update(1, Fields(exact: ["address.city": 1])) } == [
                "address.city:unknownField"
            ])
    }

    // MARK: Exact names

    private static func exact() async throws -> (DynamicBucket, Record) {
        let shops = try await shops()
        var fields: Fields = ["id": 1, "example.com": 2, "address.city": "Bern"]
        fields[exact: "example.com"] = 7
        return (shops, try await shops.insert(fields))
    }

    @Test func `that is exact is a field of its own`() async throws {
        let (shops, record) = try await Self.exact()
        let path = FieldPath(exact: "example.com")
        #expect(record[path] == 7)
        #expect(record["example.com"].isNull && record["example"].isNull)
        #expect(record.fields[exact: "example.com"] == 7)
        #expect(record["address"] == ["city": "Bern"])
        #expect(try shops.where(.field(path) == 7).count() == 1)
        #expect(try shops.where(Fields(exact: ["example.com": 7])).count() == 1)
        #expect(try shops.where(["example.com": 7]).count() == 0)
        #expect(try shops.query.order(by: [Ordering(path)]).all().count == 1)
        try await shops.update(1, ["example.com": 1])
        try await shops.update(1, Fields(exact: ["example.com": 8]))
        let updated = try #require(try shops.get(1))
        #expect(updated[path] == 8)
        #expect(updated["example.com"] == 1)
    }

    @Test func `stays exact in what is made of a record`() async throws {
        let (shops, record) = try await Self.exact()
        let path = FieldPath(exact: "example.com")
        let others = try await shops.store.defineBucket(
            "others", key: "id", schema: ["id": .integer])
        #expect(try await others.insert(record.fields)[path] == 7)
        #expect(try await others.replace(1, with: record.fields.merging(["x": 1]))[path] == 7)
        let changed = try await shops.update(1) { fields in
            fields["example.com"] = 9
            fields["address"] = nil
        }
        #expect(changed[path] == 9 && changed["example"].isNull)
        try await shops.updateMany(where: .all, ["name": "new"])
        #expect(try shops.get(1)?[path] == 9)
        let removed = try await shops.update(1) { $0.removeValue("example.com") }
        #expect(removed.fields == ["id": 1, "name": "new", "hours": ["open": 8]])
    }

    @Test func `stays exact when the bucket is restored, and when a column of its name is added`()
        async throws
    {
        let path = FieldPath(exact: "a.b")
        var shelves = Shelves()
        shelves.definitions = [
            BucketDefinition(name: "shops", generation: 1, key: "id", schema: ["id": .integer])
        ]
        shelves.records = [
            "shops": [
                RestoredRecord(
                    fields: ["id": 1, "a.b": 5], row: 1, version: 1,
                    createdAt: Timestamp(microseconds: 1), updatedAt: Timestamp(microseconds: 1))
            ]
        ]
        let store = try await shelves.start()
        let shops = try await store.defineBucket("shops", key: "id", schema: ["id": .integer])
        #expect(try shops.get(1)?[path] == 5)
        #expect(try shops.get(1)?["a"].isNull == true)
        try await shops.insert(["id": 2, "a": ["b": 6]])
        try await store.updateBucket("shops", adding: ["a.b": .integer])
        #expect(try shops.get(1)?["a.b"] == 5)
        #expect(try shops.get(2)?["a.b"].isNull == true)
    }
}
