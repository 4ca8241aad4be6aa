import StoreTesting
import Testing

@testable import StoreCore

/// Work on twenty thousand undeclared fields of one record, asked for in another order than they stand in.
///
/// What searched all fields for each would not end while anybody waits.
@Suite struct `Wide records` {
    private static let count = 20_000

    private static func name(_ number: Int) -> String { "a field's name, number \(number)" }
    private static let names = (0..<count).map(name)
    private static let asked = Array(names.reversed())

    /// Every field holds its number; `last` is what the last one holds.
    private static func fields(last: Int = count - 1) -> Fields {
        var fields = Fields(
            names.enumerated().map { (name: $1, value: Value.integer(Int64($0))) })
        fields.entries[count - 1].value = .integer(Int64(last))
        return fields
    }

    /// Records 1 and 2, which differ in the last field only.
    private static func bucket() async throws -> DynamicBucket {
        let bucket = try await Store.start().defineBucket(
            "wide", key: "id", schema: ["id": .integer, "place": .object])
        for id in 1...2 {
            let wide = fields(last: id)
            let key: Fields = ["id": .integer(Int64(id)), "place": .object(wide)]
            try await bucket.insert(key.merging(wide))
        }
        return bucket
    }

    private static func predicates(_ prefix: String) -> [Predicate] {
        asked.dropFirst().enumerated().map { place, name in
            FieldExpression(FieldPath(prefix + name)) == .integer(Int64(count - 2 - place))
        }
    }

    @Test(arguments: ["", "place."]) func `are judged by as many conditions`(
        prefix: String
    ) async throws {
        let bucket = try await Self.bucket()
        let last = FieldExpression(FieldPath(prefix + Self.names[Self.count - 1])) == 2
        let all = Self.predicates(prefix).reduce(.all) { $0 && $1 }
        #expect(try bucket.where(all).all().ids == [1, 2])
        #expect(try bucket.where(all && last).all().ids == [2])
        let none = Self.predicates(prefix).reduce(.none) { $0 || !$1 }
        #expect(try bucket.where(none || last).all().ids == [2])
        #expect(try bucket.get(1).map { try all.matches($0) } == true)
    }

    @Test func `are put in an order of as many steps, and found at a place in it`() async throws {
        let bucket = try await Self.bucket()
        let steps = Self.asked.reversed().map { Ordering(FieldPath(exact: $0), .descending) }
        try bucket.source.withView { view, _ in
            let ordering = try CompiledOrdering(steps, for: view.layout)
            let one = try #require(view.record(forKey: 1))
            let other = try #require(view.record(forKey: 2))
            #expect(ordering.order(one, other) > 0)
            #expect(ordering.order(one, ordering.place(of: other)) > 0)
            #expect(ordering.order(one, ordering.place(of: one)) == 0)
        }
    }

    @Test func `are selected from, grouped and added up by as many fields`() async throws {
        let bucket = try await Self.bucket()
        let rows = try bucket.query.select(Self.asked).all()
        #expect(rows.map(\.count) == [Self.count, Self.count])
        #expect(rows.map { $0.entries[0].value } == [1, 2])
        #expect(try bucket.query.groupBy(Self.asked).count().map(\.count) == [1, 1])
        let sums = try bucket.query.groupBy("none").aggregate(Self.asked.map { Aggregate.sum($0) })
        #expect(sums.map(\.results.entries[0].value) == [3])
    }

    @Test func `are changed, compared and laid out in another shape`() async throws {
        let bucket = try await Self.bucket()
        let changes = Fields(Self.asked.map { (name: $0, value: .string("new")) })
        let before = try #require(try bucket.get(1))
        let after = try await bucket.update(1, changes)
        #expect(after.fields.merging(before.fields) == before.fields)
        #expect(after.fields.changes(since: before.fields).count == Self.count)
        #expect(FieldMask(Self.names).differ(before, after))
        #expect(!FieldMask(Self.names).differ(after, after))
        let layout = try Layout(bucket: "wide", key: "id", schema: ["id": .integer])
        let patch = try layout.makePatch(changes)
        #expect(patch.changesNothing(in: after.storage))
        #expect(!patch.changesNothing(in: before.storage))
        let declared = Self.asked.map { BucketSchema.NamedColumn(name: $0, column: .string) }
        let shape = try Layout(
            bucket: "wide", key: "id",
            schema: BucketSchema([.init(name: "id", column: .integer)] + declared))
        let other = after.storage.laidOut(as: shape)
        #expect(other.values[1] == "new" && other.extras?.count == 1)
    }

    @Test func `hold dictionaries that are decoded`() throws {
        let decoded = try ValueCoding.decode([String: Int].self, .object(Self.fields()), [])
        #expect(decoded[Self.names[7]] == 7 && decoded.count == Self.count)
    }
}
