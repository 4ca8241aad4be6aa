import StoreCore
import StoreTesting
import Testing

@Suite struct `Faulty values` {
    /// Every way to give a record fields, and what it is called.
    struct Way: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let write: @Sendable (Depot, Fields) async throws -> Void

        init(_ name: String, _ write: @escaping @Sendable (Depot, Fields) async throws -> Void) {
            testDescription = name
            self.write = write
        }
    }

    /// Each gives record `a` these fields; `z` is a new one.
    static let ways = [
        Way("insert") { depot, fields in
            try await depot.items.insert((["id": "z", "name": "z"] as Fields).merging(fields))
        },
        Way("insertMany") { depot, fields in
            try await depot.items.insertMany([
                ["id": "y", "name": "y"], (["id": "z", "name": "z"] as Fields).merging(fields),
            ])
        },
        Way("upsert of a new record") { depot, fields in
            try await depot.items.upsert((["id": "z", "name": "z"] as Fields).merging(fields))
        },
        Way("upsert of an old record") { depot, fields in
            try await depot.items.upsert((["id": "a", "name": "a"] as Fields).merging(fields))
        },
        Way("update") { depot, fields in try await depot.items.update("a", fields) },
        Way("update by closure") { depot, fields in
            try await depot.items.update("a") { $0.merge(fields) }
        },
        Way("updateMany") { depot, fields in
            try await depot.items.updateMany(where: .all, fields)
        },
        Way("replace") { depot, fields in
            try await depot.items.replace("a", with: (["name": "a"] as Fields).merging(fields))
        },
        Way("batch") { depot, fields in
            var batch = WriteBatch()
            batch.delete("b", from: depot.items)
            batch.update("a", fields, in: depot.items)
            try await depot.store.commit(batch)
        },
        Way("batch with a closure") { depot, fields in
            var batch = WriteBatch()
            batch.delete("b", from: depot.items)
            batch.update("a", in: depot.items) { $0.merge(fields) }
            try await depot.store.commit(batch)
        },
        Way("store.write") { depot, fields in
            try await depot.store.write { tx in
                let items = try tx.bucket("items")
                try items.delete("b")
                try items.update("a", fields)
            }
        },
        Way("a policy") { depot, fields in
            let shelf = try depot.store.bucket("shelf")
            try await shelf.insert(["id": "s", "fields": .object(fields)])
        },
    ]

    private func depot(_ options: [BucketOption] = []) async throws -> Depot {
        let depot = try await Depot.filled("ab", [], options)
        _ = try await depot.shelf(
            "shelf",
            .policy { context in
                context.changes.compactMap { change in
                    change.new?["fields"].object.map { .update(bucket: "items", key: "a", $0) }
                }
            })
        return depot
    }

    private func expectIssue(
        _ code: ValidationIssue.Code, on field: String, _ way: Way, _ fields: Fields,
        _ options: [BucketOption] = []
    ) async throws {
        let depot = try await depot(options)
        let error = try await expectRefusal(ValidationError.self, by: depot.store) {
            try await way.write(depot, fields)
        }
        #expect(error.bucket == "items")
        #expect(error.issues.map(\.code) == [code])
        #expect(error.issues.map(\.field) == [field])
    }

    @Test(arguments: ways) func `a value of another type is refused`(way: Way) async throws {
        try await expectIssue(.type, on: "rank", way, ["rank": "seven"])
    }

    @Test(arguments: ways) func `null in a required field is refused`(way: Way) async throws {
        try await expectIssue(.required, on: "name", way, ["name": nil])
    }

    @Test(arguments: ways) func `an unknown field is refused by a strict bucket`(way: Way)
        async throws
    {
        try await expectIssue(.unknownField, on: "colour", way, ["colour": "red"], [.strict])
    }

    @Test(arguments: ways.dropLast(), [Double.nan, .infinity, -.infinity])
    func `what is no finite number is refused in a number column`(way: Way, number: Double)
        async throws
    {
        try await expectIssue(.type, on: "score", way, ["score": .double(number)])
    }

    @Test(arguments: ways.dropLast(), [Double.nan, .infinity, -.infinity])
    func `what is no finite number is refused in an undeclared field`(way: Way, number: Double)
        async throws
    {
        try await expectIssue(.notFinite, on: "extra", way, ["extra": .double(number)])
    }

    @Test(arguments: ways.dropLast()) func `what is no finite number is refused deep inside`(
        way: Way
    )
        async throws
    {
        try await expectIssue(
            .notFinite, on: "tags", way, ["tags": [1, ["x": [.double(.nan)]]]])
        try await expectIssue(
            .notFinite, on: "extra", way, ["extra": ["x": ["y": [.double(-.infinity)]]]])
    }

    private static func nested(_ levels: Int) -> Value {
        (0..<levels).reduce(.integer(1)) { value, level in
            level.isMultiple(of: 2) ? .array([value]) : .object(["in": value])
        }
    }

    @Test(arguments: ways.dropLast(), [129, 130, 1_000])
    func `nesting beyond 128 levels is refused`(way: Way, levels: Int) async throws {
        let value = Self.nested(levels)
        let field = value.array == nil ? "place" : "tags"
        try await expectIssue(.nesting, on: field, way, [field: value])
        try await expectIssue(.nesting, on: "extra", way, ["extra": value])
    }

    @Test(arguments: ways) func `nesting of 128 levels is taken`(way: Way) async throws {
        let depot = try await depot()
        // As an argument of the policy's bucket it stands one level deeper.
        let levels = way.testDescription == "a policy" ? 127 : 128
        try await way.write(depot, ["extra": Self.nested(levels)])
        #expect(try depot.items.all().contains { $0["extra"] == Self.nested(levels) })
    }

    @Test(arguments: ways) func `all faults of a record are told at once`(way: Way) async throws {
        let depot = try await depot()
        let error = try await expectRefusal(ValidationError.self, by: depot.store) {
            try await way.write(depot, ["name": 7, "rank": 1.5, "tags": "x", "place": true])
        }
        #expect(Set(error.issues.map(\.field)) == ["name", "rank", "tags", "place"])
        #expect(error.issues.allSatisfy { $0.code == .type })
    }

    @Test func `a refused update names the record`() async throws {
        let depot = try await depot()
        let error = try await expectRefusal(ValidationError.self, by: depot.store) {
            try await depot.items.update("a", ["rank": "x"])
        }
        #expect(error.key == "a")
    }
}
