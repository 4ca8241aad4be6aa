import StoreCore
import Testing

@Suite struct `Groups` {
    @Test(arguments: People.indexSets)
    func `come in order of their values, those without one first`(indexes: [IndexDefinition])
        async throws
    {
        let people = try await People.seven(indexes: indexes).bucket
        let groups = try people.groupBy("role").count()
        #expect(groups.map { $0["role"] } == [nil, "admin", "guest", "user"])
        #expect(groups.map(\.count) == [2, 2, 1, 2])
        #expect(groups.map { $0["count"] } == [2, 2, 1, 2])
    }

    @Test(arguments: People.indexSets)
    func `carry the results asked for`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        let oldest = Aggregate.max("age").named("oldest")
        let groups = try people.where(.field("role") != nil).groupBy("role")
            .aggregate(.sum("age"), .avg("age"), .min("name"), oldest, .count)
        #expect(groups.map { $0["sum(age)"] } == [44, 60, 49])
        #expect(groups.map { $0["avg(age)"] } == [44.0, 60.0, 24.5])
        #expect(groups.map { $0[.min("name")] } == ["Alice", "Bo", "Bob"])
        #expect(groups.map { $0["oldest"] } == [44, 60, 31])
        #expect(groups.map { $0[oldest] } == [44, 60, 31])
        #expect(groups.map { $0[.count] } == [2, 1, 2])
        #expect(
            groups[0].results.names == ["sum(age)", "avg(age)", "min(name)", "oldest", "count"])
        #expect(groups[0][.max("score")].isNull)
        #expect(groups[0]["nothing"].isNull)
    }

    @Test func `without numbers have sum 0 and no average`() async throws {
        let people = try await People.seven().bucket
        let group = try #require(
            try people.where(["id": 7]).groupBy("role").aggregate(.sum("score"), .avg("score"))
                .first)
        #expect(group["sum(score)"] == 0)
        #expect(group["avg(score)"].isNull)
    }

    @Test func `can be made by several fields, by paths, or by none`() async throws {
        let people = try await People.seven().bucket
        let pairs = try people.groupBy("role", "age").count()
        #expect(
            pairs.map { [$0["role"], $0["age"]] } == [
                [nil, 18], ["admin", nil], ["admin", 44], ["guest", 60], ["user", 18],
                ["user", 31],
            ])
        #expect(pairs.map(\.count) == [2, 1, 1, 1, 1, 1])
        let cities = try people.groupBy("address.city").count()
        #expect(cities.map { $0["address.city"] } == [nil, "Berlin", "Bern"])
        let whole = try people.groupBy().aggregate(.sum("age"))
        #expect(whole.map { $0["sum(age)"] } == [189])
        #expect(whole.map(\.count) == [7])
    }

    @Test func `take equal numbers as one value`() async throws {
        let people = try await People.seven().bucket
        let groups = try people.groupBy("score").count()
        #expect(groups.map { $0["score"] } == [nil, -1, 1.5, 2])
        #expect(groups.map(\.count) == [3, 1, 1, 2])
    }

    @Test func `are told apart however strings are held`() async throws {
        let bucket = try await Store.start().defineBucket(
            "b", key: "id", schema: ["id": .integer, "s": .string, "n": .number])
        var short = "short text"
        short.reserveCapacity(100)
        let long = String(repeating: "long ", count: 9)
        let texts = ["short text", short, long, "long " + long.dropFirst(5), "", "short tex\0"]
        try await bucket.insertMany(
            texts.enumerated().map {
                ["id": .integer(Int64($0)), "s": .string($1), "n": $0 % 2 == 0 ? 1 : 1.0]
            })
        let groups = try bucket.groupBy("s", "n").count()
        #expect(
            groups.map { $0["s"] }
                == [
                    "", "long long long long long long long long long ",
                    "short tex\0", "short text",
                ].map { Value.string($0) })
        #expect(groups.map(\.count) == [1, 2, 1, 2])
    }

    @Test func `many of them keep apart`() async throws {
        let people = try await People.many(3_000, indexes: []).bucket
        let groups = try people.groupBy("age").aggregate(.sum("id"), .max("email"))
        #expect(groups.map { $0["age"] } == (1...3_000).map { .integer($0) })
        #expect(groups.map { $0["sum(id)"] } == groups.map { $0["age"] })
        let roles = try people.groupBy("role").aggregate(.count, .max("age"), .sum("age"))
        #expect(roles.map(\.count) == Array(repeating: 300, count: 10))
        let oldest = roles.compactMap { $0[.max("age")].int }
        #expect(oldest == [3_000] + Array(2_991...2_999))
        let total = roles.compactMap { $0["sum(age)"].int }.reduce(0, +)
        #expect(total == 4_501_500)
    }
}
