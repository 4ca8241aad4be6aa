import StoreCore
import Testing

@Suite struct `Orders` {
    private func ids(
        _ indexes: [IndexDefinition], _ query: (DynamicBucket) -> Query
    ) async throws -> [Int] {
        try query(try await People.seven(indexes: indexes).bucket).all().ids
    }

    @Test(arguments: People.indexSets)
    func `null comes first, and last when descending`(indexes: [IndexDefinition]) async throws {
        #expect(try await ids(indexes) { $0.order(by: "age") } == [3, 6, 2, 7, 4, 1, 5])
        #expect(
            try await ids(indexes) { $0.order(by: "age", .descending) } == [5, 1, 4, 6, 2, 7, 3])
    }

    @Test(arguments: People.indexSets)
    func `equal records come as they were inserted, either way`(indexes: [IndexDefinition])
        async throws
    {
        #expect(try await ids(indexes) { $0.order(by: "role") } == [6, 7, 1, 3, 5, 4, 2])
        #expect(
            try await ids(indexes) { $0.order(by: "role", .descending) } == [4, 2, 5, 1, 3, 6, 7])
    }

    @Test(arguments: People.indexSets)
    func `several steps order one after the other`(indexes: [IndexDefinition]) async throws {
        #expect(
            try await ids(indexes) { $0.order(by: "role").order(by: "age") }
                == [6, 7, 3, 1, 5, 2, 4])
        #expect(
            try await ids(indexes) { $0.order(by: "role").order(by: "age", .descending) }
                == [6, 7, 1, 3, 5, 4, 2])
        #expect(
            try await ids(indexes) {
                $0.order(by: [Ordering("role", .descending), Ordering("age", .descending)])
            } == [4, 2, 5, 1, 3, 6, 7])
    }

    @Test(arguments: People.indexSets)
    func `strings are ordered by their bytes`(indexes: [IndexDefinition]) async throws {
        #expect(try await ids(indexes) { $0.order(by: "name") } == [1, 6, 5, 2, 3, 4, 7])
    }

    @Test(arguments: People.indexSets)
    func `paths, undeclared fields and metadata can be ordered by`(indexes: [IndexDefinition])
        async throws
    {
        #expect(
            try await ids(indexes) { $0.order(by: "address.city", .descending).limit(2) } == [7, 6])
        #expect(try await ids(indexes) { $0.order(by: "nick", .descending).limit(2) } == [5, 2])
        #expect(try await ids(indexes) { $0.order(by: "_version").limit(2) } == [4, 1])
    }

    @Test func `values of different kinds have an order`() async throws {
        let bucket = try await Store.start().defineBucket("b", key: "id", schema: ["id": .integer])
        let values: [Value] = [
            ["a": 1], [1], .bytes([1]), "a", .date(Timestamp(microseconds: 0)), 2, 1.5, true, .null,
        ]
        for (id, value) in values.enumerated() {
            try await bucket.insert(["id": .integer(Int64(id)), "x": value])
        }
        #expect(try bucket.order(by: "x").all().map { $0["x"] } == values.reversed())
        #expect(try bucket.order(by: "x", .descending).all().map { $0["x"] } == values)
    }

    @Test func `the first few of many are the same as all, cut`() async throws {
        let people = try await People.many(2_000, indexes: ["role"]).bucket
        for query in [
            people.order(by: "role", .descending), people.order(by: "email"),
            people.order(by: "role").order(by: "age", .descending),
            people.where(.field("age") > 100).order(by: "role", .descending),
        ] {
            let all = try query.all().ids
            for (offset, limit) in [(0, 1), (0, 300), (190, 20), (1_000, 300), (1_850, 1_000)] {
                let part = try query.offset(offset).limit(limit).all().ids
                #expect(part == Array(all.dropFirst(offset).prefix(limit)))
            }
        }
    }
}
