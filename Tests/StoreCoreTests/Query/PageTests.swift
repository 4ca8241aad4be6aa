import StoreCore
import Testing

@Suite struct `Pages` {
    /// Every page from the first to the last.
    private func pages(_ query: Query, limit: Int) throws -> [Page] {
        var pages = [try query.page(limit: limit)]
        while let cursor = pages.last?.nextCursor {
            pages.append(try query.page(after: cursor, limit: limit))
        }
        return pages
    }

    @Test(arguments: [1, 2, 3, 7, 8, Int.max], People.indexSets)
    func `together show every record once, in order`(limit: Int, indexes: [IndexDefinition])
        async throws
    {
        let people = try await People.seven(indexes: indexes).bucket
        for query in [
            people.query, people.order(by: "age"), people.order(by: "age", .descending),
            people.order(by: "role", .descending).order(by: "age"),
            people.order(by: "role", .descending).order(by: "age", .descending),
            people.where(.field("age") == 18), people.where(.field("age") == 18).order(by: "age"),
            people.where(["role": "user"]).order(by: "role").order(by: "age"),
            people.where(.field("age") > 17).order(by: "name"), people.order(by: "address.city"),
        ] {
            let pages = try pages(query, limit: limit)
            #expect(pages.flatMap(\.records).ids == (try query.all().ids))
            #expect(pages.dropLast().allSatisfy { !$0.records.isEmpty })
            #expect(pages.allSatisfy { $0.records.count <= limit })
        }
    }

    @Test func `of a bucket follow its order`() async throws {
        for order in [BucketOrder.insertion, .key] {
            let people = try await People.seven(order: order).bucket
            let first = try people.page(limit: 3)
            let second = try people.page(after: first.nextCursor, limit: 3)
            #expect((first.records + second.records).ids == (try people.first(6).ids))
        }
    }

    @Test func `say whether more follows`() async throws {
        let people = try await People.seven().bucket
        let first = try people.page(limit: 4)
        #expect(first.hasMore)
        let second = try people.page(after: first.nextCursor, limit: 3)
        #expect(second.records.ids == [7, 3, 5])
        #expect(!second.hasMore)
        let third = try people.page(after: second.nextCursor, limit: 3)
        #expect(third.records.isEmpty)
        #expect(!third.hasMore)
        #expect(third.nextCursor == nil)
    }

    @Test func `of an empty bucket are empty`() async throws {
        let people = try await People().bucket
        let page = try people.page(limit: 10)
        #expect(page.records.isEmpty && !page.hasMore && page.nextCursor == nil)
    }

    @Test func `of no records are empty and have no next`() async throws {
        let people = try await People.seven().bucket
        let page = try people.page(limit: 0)
        #expect(page.records.isEmpty && !page.hasMore && page.nextCursor == nil)
    }

    @Test(arguments: [-1, Int.min]) func `of less than none are an error`(limit: Int) async throws {
        let people = try await People.seven().bucket
        expect(reason: .negativeLimit) { try people.page(limit: limit) }
    }

    @Test func `of a query with a limit or an offset are an error`() async throws {
        let people = try await People.seven().bucket
        expect(reason: .limitedPage) { try people.query.limit(5).page(limit: 2) }
        expect(reason: .limitedPage) { try people.query.offset(1).page(limit: 2) }
    }

    @Test(arguments: People.indexSets)
    func `go on where a deleted record stood`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        for query in [people.query, people.order(by: "age"), people.order(by: "age", .descending)] {
            let all = try query.all().ids
            let page = try query.page(limit: 4)
            try await people.delete(all[3])
            #expect(
                try query.page(after: page.nextCursor, limit: 9).records.ids == Array(all[4...]))
            try await people.insert(["id": .integer(Int64(all[3])), "age": .integer(18)])
        }
    }

    @Test func `go on after a record that has moved away`() async throws {
        let people = try await People.seven(indexes: ["age"]).bucket
        let page = try people.order(by: "age").page(limit: 4)
        #expect(page.records.ids == [3, 6, 2, 7])
        try await people.update(7, ["age": 99])
        let next = try people.order(by: "age").page(after: page.nextCursor, limit: 9)
        #expect(next.records.ids == [4, 1, 5, 7])
    }

    @Test func `show records that were inserted behind the cursor`() async throws {
        let people = try await People.seven().bucket
        let page = try people.page(limit: 7)
        #expect(!page.hasMore)
        try await people.insert(["id": 8])
        #expect(try people.page(after: page.nextCursor, limit: 7).records.ids == [8])
    }

    @Test func `take a cursor of another predicate as a mere place`() async throws {
        let people = try await People.seven(indexes: [["role", "age"]]).bucket
        let users = people.where(["role": "user"]).order(by: "role").order(by: "age")
        let admins = people.where(["role": "admin"]).order(by: "role").order(by: "age")
        let cursor = try users.page(limit: 1).nextCursor
        #expect(try admins.page(after: cursor, limit: 9).records.isEmpty)
        let early = try admins.page(limit: 1).nextCursor
        #expect(try users.page(after: early, limit: 9).records.ids == [2, 4])
    }

    @Test(arguments: People.indexSets)
    func `lead back to where they came from`(indexes: [IndexDefinition]) async throws {
        for order in [BucketOrder.insertion, .key] {
            let people = try await People.seven(indexes: indexes, order: order).bucket
            for query in [
                people.query, people.order(by: "age"), people.order(by: "age", .descending),
                people.order(by: "role").order(by: "age"),
                people.where(.field("age") > 0).order(by: "age"),
                people.where(["role": "user"]).order(by: "age"),
            ] {
                let all = try query.all().ids
                let first = try query.page(limit: 2)
                let second = try query.page(after: first.nextCursor, limit: 2)
                let back = try query.page(before: second.previousCursor, limit: 2)
                #expect(back.records.ids == first.records.ids)
                #expect(back.nextCursor == first.nextCursor)
                #expect(!back.hasMore)
                let last = try query.page(before: nil, limit: 2)
                #expect(last.records.ids == Array(all.suffix(2)))
                #expect(last.hasMore == (all.count > 2))
                let none = try query.page(before: first.previousCursor, limit: 2)
                #expect(none.records.isEmpty && !none.hasMore && none.previousCursor == nil)
            }
        }
    }

    @Test func `lead back past records that are gone`() async throws {
        let people = try await People.seven(indexes: ["age"]).bucket
        let query = people.order(by: "age")
        #expect(try query.all().ids == [3, 6, 2, 7, 4, 1, 5])
        let page = try query.page(before: nil, limit: 3)
        #expect(page.records.ids == [4, 1, 5])
        try await people.delete(4)
        try await people.delete(7)
        let back = try query.page(before: page.previousCursor, limit: 2)
        #expect(back.records.ids == [6, 2])
        #expect(back.hasMore)
    }

    @Test func `backwards refuse what pages refuse`() async throws {
        let people = try await People.seven().bucket
        expect(reason: .negativeLimit) { try people.page(before: nil, limit: -1) }
        expect(reason: .limitedPage) { try people.query.limit(5).page(before: nil, limit: 2) }
        let cursor = try people.page(limit: 1).previousCursor
        expect(reason: .cursorMismatch) {
            try people.order(by: "age").page(before: cursor, limit: 2)
        }
    }
}
