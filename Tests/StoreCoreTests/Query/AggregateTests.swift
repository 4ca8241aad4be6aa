import StoreCore
import Testing

@Suite struct `Aggregates` {
    @Test(arguments: People.indexSets)
    func `work on numbers and pass over what is none`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        #expect(try people.sum("age") == 189)
        #expect(try people.avg("age") == 31.5)
        #expect(try people.min("age") == 18)
        #expect(try people.max("age") == 60)
        #expect(try people.sum("score") == 4.5)
        #expect(try people.avg("score") == 1.125)
        #expect(try people.sum("name") == 0)
        #expect(try people.avg("name") == nil)
        #expect(try people.sum("address.geo.zone") == 3)
        #expect(try people.sum("nobody") == 0)
    }

    @Test(arguments: People.indexSets)
    func `take a predicate`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        #expect(try people.where(["role": "user"]).sum("age") == 49)
        #expect(try people.where(["role": "user"]).avg("age") == 24.5)
        #expect(try people.where(["role": "user"]).min("age") == 18)
        #expect(try people.where(["role": "user"]).max("age") == 31)
        #expect(try people.where(["role": "user"]).min("name") == "Bob")
        #expect(try people.where(.field("age") > 18).min("age") == 31)
        #expect(try people.where(.field("age") < 60).max("age") == 44)
    }

    @Test(arguments: People.indexSets)
    func `of nothing are 0 for a sum and nil otherwise`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        let nobody = people.where(["role": "nobody"])
        #expect(try nobody.sum("age") == 0)
        #expect(try nobody.avg("age") == nil)
        #expect(try nobody.min("age") == nil)
        #expect(try nobody.max("age") == nil)
        #expect(try nobody.distinct("age").isEmpty)
        #expect(try nobody.groupBy("age").count().isEmpty)
        let empty = try await People(indexes: indexes).bucket
        #expect(try empty.sum("age") == 0)
        #expect(try empty.min("age") == nil)
        #expect(try empty.max("age") == nil)
        #expect(try people.where(["id": 3]).max("age") == nil)
    }

    @Test(arguments: People.indexSets)
    func `min and max work on strings and dates`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        #expect(try people.min("name") == "Alice")
        #expect(try people.max("name") == "Änne")
        #expect(try people.min("joined") == .date(Timestamp(microseconds: 2)))
        #expect(try people.max("joined") == .date(Timestamp(microseconds: 4)))
        #expect(try people.max("tags") == ["a", "b"])
        #expect(try people.min("nick") == "bo")
        #expect(try people.min("nobody") == nil)
    }

    @Test func `keep integers integers, and mix exactly`() async throws {
        let people = try await People(indexes: []).bucket
        try await people.insert(["id": 1, "score": .integer(.max), "age": 3])
        try await people.insert(["id": 2, "score": .integer(-1), "age": 4])
        #expect(try people.sum("score") == .integer(.max - 1))
        #expect(try people.sum("age").typeName == "integer")
        try await people.insert(["id": 3, "score": 0.5])
        #expect(try people.sum("score") == .double(0x1p63))
        try await people.insert(["id": 4, "score": .integer(-.max)])
        #expect(try people.sum("score") == -0.5)
        #expect(try people.avg("score") == -0.125)
    }

    @Test func `a sum of integers that does not fit is an error, an average of them is not`()
        async throws
    {
        let people = try await People(indexes: []).bucket
        try await people.insert(["id": 1, "age": .integer(.max)])
        try await people.insert(["id": 2, "age": 1])
        expect(reason: .overflow) { try people.sum("age") }
        expect(reason: .overflow) { try people.groupBy("role").aggregate(.sum("age")) }
        #expect(try people.avg("age") == 0x1p62)
        try await people.insert(["id": 3, "age": -2])
        #expect(try people.sum("age") == .integer(.max - 1))
    }

    @Test func `a sum beyond all doubles is an error, passing there on the way is not`()
        async throws
    {
        let people = try await People(indexes: []).bucket
        let huge = Double.greatestFiniteMagnitude
        try await people.insert(["id": 1, "score": .double(huge)])
        try await people.insert(["id": 2, "score": .double(huge)])
        expect(reason: .overflow) { try people.sum("score") }
        #expect(try people.avg("score") == huge)
        try await people.insert(["id": 3, "score": .double(-huge)])
        #expect(try people.sum("score") == .double(huge))
    }

    @Test func `do not depend on the order of the records`() async throws {
        let people = try await People(indexes: []).bucket
        for (id, score) in [0.1, 1e100, 0.2, -1e100, 0.3].enumerated() {
            try await people.insert(["id": .integer(Int64(id)), "score": .double(score)])
        }
        let sum = try people.sum("score").double
        #expect(sum == 0.6)
        #expect(try people.order(by: "score").limit(5).sum("score").double == sum)
        #expect(try people.order(by: "score", .descending).limit(5).sum("score").double == sum)
    }

    @Test(arguments: People.indexSets)
    func `keep to a limit and an offset`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        let oldest = people.order(by: "age", .descending).limit(2)
        #expect(try oldest.sum("age") == 104)
        #expect(try oldest.min("age") == 44)
        #expect(try oldest.max("name") == "Bo")
        #expect(try oldest.offset(1).avg("age") == 37.5)
        #expect(try oldest.distinct("role") == ["admin", "guest"])
        #expect(try people.query.limit(3).groupBy("role").count().map(\.count) == [1, 1, 1])
    }

    @Test(arguments: People.indexSets)
    func `distinct gives the values in order`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        #expect(try people.distinct("role") == ["admin", "guest", "user"])
        #expect(try people.distinct("age") == [18, 31, 44, 60])
        #expect(try people.distinct("score") == [-1, 1.5, 2])
        #expect(try people.where(["role": "user"]).distinct("age") == [18, 31])
        #expect(try people.where(.field("age") == 18).distinct("role") == ["user"])
        #expect(try people.distinct("address.city") == ["Berlin", "Bern"])
        #expect(try people.distinct("nobody").isEmpty)
    }

    @Test(arguments: [["n", "i"], [["i", "n"]], ["id", ["n", "i"]]] as [[IndexDefinition]])
    func `read large numbers right, by whatever index`(indexes: [IndexDefinition]) async throws {
        let bucket = try await Store.start().defineBucket(
            "b", key: "id", schema: ["id": .integer, "i": .integer, "n": .number],
            indexes: indexes)
        let integers: [Int64?] = [.min, .min + 1, -1, 0, 1, .max, nil, 1 << 53 + 1]
        for (id, integer) in integers.enumerated() {
            let number = integer.map { Value.integer($0) } ?? .null
            try await bucket.insert([
                "id": .integer(Int64(id)), "i": number, "n": id % 2 == 0 ? number : -0.5,
            ])
        }
        let total = Int64.min + 1 << 53 + 1
        #expect(try bucket.sum("i") == .integer(total))
        let mean = try #require(try bucket.avg("i"))
        #expect(abs(mean - Double(total) / 7) <= 0x1p10)
        #expect(try bucket.where(.field("i") < 2).sum("n") == .double(-0x1p63))
        #expect(try bucket.where(.field("i") >= 0).avg("n") == -0.125)
        #expect(try bucket.where(.field("n") >= 0).sum("n").typeName == "integer")
    }
}
