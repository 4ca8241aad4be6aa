import StoreCore
import Testing

@Suite struct `Reading a bucket` {
    @Test func `all gives every record in order of insertion`() async throws {
        let people = try await People.seven()
        #expect(try people.bucket.all().ids == [4, 1, 6, 2, 7, 3, 5])
    }

    @Test func `all gives every record by key if the bucket is ordered so`() async throws {
        let people = try await People.seven(order: .key)
        #expect(try people.bucket.all().ids == [1, 2, 3, 4, 5, 6, 7])
        #expect(try people.bucket.where(.field("age") == 18).all().ids == [2, 6, 7])
    }

    @Test func `an update does not move a record`() async throws {
        let people = try await People.seven()
        try await people.bucket.update(1, ["name": "Zoe"])
        #expect(try people.bucket.first(2).ids == [4, 1])
    }

    @Test func `a record that is deleted and inserted again comes last`() async throws {
        let people = try await People.seven()
        try await people.bucket.delete(4)
        try await people.bucket.insert(["id": 4])
        #expect(try people.bucket.all().ids == [1, 6, 2, 7, 3, 5, 4])
    }

    @Test(arguments: [BucketOrder.insertion, .key], 0...9)
    func `first and last give as many as there are`(order: BucketOrder, count: Int) async throws {
        let people = try await People.seven(order: order)
        let all = try people.bucket.all().ids
        #expect(try people.bucket.first(count).ids == Array(all.prefix(count)))
        #expect(try people.bucket.last(count).ids == Array(all.suffix(count)))
    }

    @Test(arguments: [BucketOrder.insertion, .key])
    func `first and last give one record`(order: BucketOrder) async throws {
        let people = try await People.seven(order: order)
        let all = try people.bucket.all().ids
        #expect(try people.bucket.first()?["id"].int == all.first)
        #expect(try people.bucket.last()?["id"].int == all.last)
    }

    @Test func `first and last of none are none`() async throws {
        let people = try await People.seven()
        #expect(try people.bucket.first(0).isEmpty)
        #expect(try people.bucket.last(0).isEmpty)
        #expect(try people.bucket.where(["role": "user"]).first(0).isEmpty)
    }

    @Test func `an empty bucket has neither first nor last`() async throws {
        let people = try await People()
        #expect(try people.bucket.first() == nil)
        #expect(try people.bucket.last() == nil)
        #expect(try people.bucket.last(3).isEmpty)
        #expect(try people.bucket.count() == 0)
        #expect(try people.bucket.all().isEmpty)
    }

    @Test(arguments: [-1, Int.min])
    func `a negative number of records is an error`(count: Int) async throws {
        let people = try await People.seven()
        expect(reason: .negativeLimit) { try people.bucket.first(count) }
        expect(reason: .negativeLimit) { try people.bucket.last(count) }
        expect(reason: .negativeLimit) { try people.bucket.query.limit(count).all() }
        expect(reason: .negativeLimit) { try people.bucket.query.limit(count).count() }
        expect(reason: .negativeOffset) { try people.bucket.query.offset(count).all() }
        expect(reason: .negativeOffset) { try people.bucket.query.offset(count).sum("age") }
    }

    @Test func `count counts all, or what matches`() async throws {
        let people = try await People.seven()
        #expect(try people.bucket.count() == 7)
        #expect(try people.bucket.count(where: ["role": "admin"]) == 2)
        #expect(try people.bucket.count(where: .field("age") < 40) == 4)
    }

    @Test func `results are values of their own`() async throws {
        let people = try await People.seven()
        let before = try people.bucket.all()
        try await people.bucket.clear()
        #expect(before.count == 7)
        #expect(before[1]["name"].string == "Alice")
    }

    @Test(arguments: [0, 1, 3, 7, 100, Int.max], [0, 1, 6, 7, Int.max])
    func `limit and offset cut a part out of the order`(limit: Int, offset: Int) async throws {
        for indexes in People.indexSets {
            let people = try await People.seven(indexes: indexes)
            for query in [
                people.bucket.query, people.bucket.order(by: "role", .descending),
                people.bucket.where(.field("age") >= 18).order(by: "age"),
            ] {
                let all = try query.all().ids
                let part = query.offset(offset).limit(limit)
                #expect(try part.all().ids == Array(all.dropFirst(offset).prefix(limit)))
                #expect(try part.count() == part.all().count)
            }
        }
    }
}
