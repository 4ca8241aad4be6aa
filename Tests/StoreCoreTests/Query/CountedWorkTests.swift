import Testing

@testable import StoreCore

/// What a query costs must follow what it returns, not how many records there are.
///
/// Counted, not timed.
@Suite struct `Counted work` {
    static let indexes: [IndexDefinition] = ["role", "age", ["role", "age"]]

    /// Records examined by `query` among 500 records and among 5 000.
    private func examined(_ query: (DynamicBucket) -> Query) async throws -> [Int] {
        var examined: [Int] = []
        for count in [500, 5_000] {
            let people = try await People.many(count, indexes: Self.indexes)
            examined.append(try query(people.bucket).explain().rowsExamined)
        }
        return examined
    }

    @Test func `of a narrow range is flat`() async throws {
        #expect(try await examined { $0.where(.field("age").between(100, 119)) } == [20, 20])
        #expect(
            try await examined { $0.where(.field("role") == "r3" && .field("age") < 100) } == [
                10, 10,
            ])
        #expect(try await examined { $0.where(["id": 77, "role": "r7"]) } == [1, 1])
    }

    @Test func `of the first few in an index's order is flat`() async throws {
        #expect(try await examined { $0.order(by: "age").limit(7) } == [7, 7])
        #expect(try await examined { $0.order(by: "age", .descending).limit(7) }[1] <= 20)
        #expect(
            try await examined { $0.where(["role": "r3"]).order(by: "age").limit(7) } == [7, 7])
        #expect(try await examined { $0.query.limit(7) } == [7, 7])
        #expect(try await examined { $0.where(["role": "r3"]).limit(7) } == [7, 7])
    }

    @Test func `of the last of long runs of equal values is flat`() async throws {
        #expect(try await examined { $0.order(by: "role", .descending).limit(7) } == [7, 7])
    }

    @Test func `of skipping is flat where an index has the order`() async throws {
        #expect(try await examined { $0.query.offset(400).limit(7) } == [7, 7])
        #expect(try await examined { $0.order(by: "age").offset(400).limit(7) } == [7, 7])
        #expect(
            try await examined { $0.order(by: "age", .descending).offset(400).limit(7) }[1] <= 20)
        #expect(
            try await examined { $0.order(by: "role", .descending).offset(45).limit(2) } == [2, 2])
    }

    @Test func `of counting by an index is nothing`() async throws {
        let people = try await People.many(1_000, indexes: Self.indexes).bucket
        #expect(try people.where(["role": "r3"]).count() == 100)
        // A predicate that would stop the program if it were asked about any record.
        let trap = Predicate.matching { _ in preconditionFailure("looked at a record") }
        #expect(try people.where(.none && trap).count() == 0)
        #expect(try people.where(.field("age") > 5_000 && trap).count() == 0)
    }

    /// Orders in which pages are read, and how many records more than a page's one may cost.
    static let pageOrders: [(more: Int, query: @Sendable (DynamicBucket) -> Query)] = [
        (0, { $0.query }), (0, { $0.order(by: "age") }), (8, { $0.order(by: "age", .descending) }),
        (0, { $0.where(["role": "r3"]).order(by: "age") }),
        (0, { $0.where(.field("age") > 10).order(by: "age") }),
        (0, { $0.order(by: "role").order(by: "age") }),
    ]

    @Test(arguments: pageOrders.indices)
    func `of a page is the same at any depth, in a bucket of any size`(order: Int) async throws {
        let (more, query) = Self.pageOrders[order]
        for count in [500, 5_000] {
            let asked = query(try await People.many(count, indexes: Self.indexes).bucket)
            let matches = try asked.count()
            for depth in [0, 1, matches / 2, matches - 20] {
                let cursor = try asked.page(limit: depth).nextCursor
                #expect((cursor == nil) == (depth == 0))
                // As `page(after:limit:)` does: one more than it shows tells whether more follow.
                let examined = try asked.run(
                    "page", limit: 8, need: .asked, after: cursor, reading: .all
                ) { run in
                    #expect(run.records().count == 8)
                    return (run.execution.examined, nil)
                }
                #expect((8...8 + more).contains(examined))
            }
        }
    }

    @Test(arguments: pageOrders.indices)
    func `of a page backwards is the same at any depth`(order: Int) async throws {
        let query = Self.pageOrders[order].query
        for count in [500, 5_000] {
            let asked = query(try await People.many(count, indexes: Self.indexes).bucket)
            let matches = try asked.count()
            for depth in [0, 1, matches / 2, matches - 20] {
                let cursor = try asked.page(before: nil, limit: depth).previousCursor
                let examined = try asked.run(
                    "page", limit: 8, need: .asked, after: cursor, isBackward: true, reading: .all
                ) { run in
                    #expect(run.records().count == 8)
                    return (run.execution.examined, nil)
                }
                #expect((8...16).contains(examined))
            }
        }
    }

    @Test func `of the least and the greatest value is one record, by an index`() async throws {
        for count in [500, 5_000] {
            let people = try await People.many(count, indexes: Self.indexes).bucket
            let last = Value.integer(Int64(count))
            for reader in [people.query, people.tracked(by: ReadRecorder()).query] {
                #expect(try reader.extreme("age", .ascending) == (1, 1))
                #expect(try reader.extreme("age", .descending) == (last, 1))
                let third = reader.where(["role": "r3"])
                #expect(try third.extreme("age", .ascending) == (3, 1))
                #expect(try third.extreme("age", .descending) == (.integer(Int64(count - 7)), 1))
                let early = reader.where(.field("age") <= 100)
                #expect(try early.extreme("age", .descending) == (100, 1))
                #expect(try early.min("age") == 1)
            }
        }
    }

    @Test func `of a count is no record, by an index or without a predicate`() async throws {
        for count in [500, 5_000] {
            let people = try await People.many(count, indexes: Self.indexes).bucket
            for (query, expected) in [
                (people.query, count), (people.where(["role": "r3"]), count / 10),
                (people.where(.field("age").between(100, 119)), 20),
                (people.where(["role": "r3"]).limit(7), 7),
                (people.where(.field("age") > 50), count - 50),
            ] {
                let (found, examined) = try query.run(
                    "count", need: .none, isTally: true, reading: .none
                ) { run in
                    let found = run.execution.count(run.window)
                    return ((found, run.execution.examined), nil)
                }
                #expect(found == expected)
                #expect(examined == 0)
            }
        }
    }

    @Test func `of counts by group and of different values is one record each, by an index`()
        async throws
    {
        for count in [500, 5_000] {
            let people = try await People.many(count, indexes: Self.indexes).bucket
            for (fields, query, sizes) in [
                (["role"], people.query, Array(repeating: count / 10, count: 10)),
                (["role"], people.where(["role": "r3"]), [count / 10]),
                (["age"], people.where(.field("age") <= 40), Array(repeating: 1, count: 40)),
                (["age"], people.where(["role": "r3"]), Array(repeating: 1, count: count / 10)),
            ] {
                let orderings = fields.map { Ordering(FieldPath($0), .ascending) }
                var found: [Int] = []
                try query.source.run(
                    "groupBy", query.predicate, orderings, isOrdered: true, ResultWindow(),
                    reading: .none
                ) { run in
                    let runs = try #require(run.indexRuns)
                    run.forEachRun(runs) { found.append($1) }
                    return ((), nil)
                }
                #expect(found == sizes)
                #expect(try query.groupBy(fields).count().map(\.count) == sizes)
            }
        }
    }

    @Test func `of a sum is no record, by an index that has the integers`() async throws {
        let people = try await People.many(1_000, indexes: Self.indexes).bucket
        let age = Total(path: FieldPath("age"), isMean: false)
        for (query, expected) in [
            (people.query, 500_500), (people.where(["role": "r3"]), 49_800),
            (people.where(.field("age") <= 100), 5_050),
        ] {
            let examined = try query.run("sum", need: .none, covering: age, reading: .none) { run in
                let slot = try #require(run.view.layout.slot(of: "age"))
                let sum = try #require(run.covered(age, of: slot))
                #expect(sum.integer == Int64(expected))
                return (run.execution.examined, nil)
            }
            #expect(examined == 0)
            #expect(try query.sum("age") == .integer(Int64(expected)))
        }
    }
}
