import StoreCore
import StoreTesting
import Testing

/// 2^53 is the first integer whose successor is no double.
private let border: Int64 = 1 << 53

@Suite struct `Integers beyond 2^53 in number columns` {
    private func bucket(_ options: BucketOption...) async throws -> DynamicBucket {
        try await Store.start().defineBucket(
            "numbers", key: "id",
            schema: ["id": .number, "unique": .number(unique: true), "n": .number],
            indexes: ["n", ["n", "id"]], options)
    }

    @Test(arguments: [border, -border - 1, Int64.max - 1, Int64.min])
    func `two neighbours are different keys`(number: Int64) async throws {
        let bucket = try await bucket()
        try await bucket.insert(["id": .integer(number), "n": 1])
        try await bucket.insert(["id": .integer(number + 1), "n": 2])
        #expect(try bucket.get(number)?["n"] == 1)
        #expect(try bucket.get(number + 1)?["n"] == 2)
        #expect(try await bucket.delete(number))
        #expect(try bucket.all().map(\.key) == [Key(.integer(number + 1))])
    }

    @Test func `a double and an integer that are equal are one key`() async throws {
        let bucket = try await bucket()
        try await bucket.insert(["id": .integer(border)])
        await #expect(throws: UniqueConstraintError.self) {
            try await bucket.insert(["id": .double(Double(border))])
        }
        #expect(try bucket.get(Key(.double(0x1p53))) != nil)
    }

    @Test(arguments: [border, -border - 1, Int64.max - 1, Int64.min])
    func `two neighbours are different unique values`(number: Int64) async throws {
        let bucket = try await bucket()
        try await bucket.insert(["id": 1, "unique": .integer(number)])
        try await bucket.insert(["id": 2, "unique": .integer(number + 1)])
        await #expect(throws: UniqueConstraintError.self) {
            try await bucket.insert(["id": 3, "unique": .integer(number)])
        }
        #expect(try bucket.where(["unique": .integer(number)]).all().map(\.key) == [1])
        #expect(try bucket.where(["unique": .integer(number + 1)]).all().map(\.key) == [2])
    }

    @Test(arguments: [border, -border - 1, Int64.max - 1, Int64.min])
    func `two neighbours are different entries of an index`(number: Int64) async throws {
        let bucket = try await bucket()
        for (id, n) in [(1, number), (2, number + 1), (3, number)] as [(Int64, Int64)] {
            try await bucket.insert(["id": .integer(id), "n": .integer(n)])
        }
        #expect(try bucket.where(["n": .integer(number)]).all().map(\.key) == [1, 3])
        #expect(try bucket.where(["n": .integer(number + 1)]).count() == 1)
        #expect(try bucket.where(.field("n") > number).all().map(\.key) == [2])
        #expect(try bucket.where(.field("n") <= number).count() == 2)
        #expect(try bucket.distinct("n") == [.integer(number), .integer(number + 1)])
        #expect(try bucket.max("n") == .integer(number + 1))
        try await bucket.update(1, ["n": .integer(number + 1)])
        #expect(try bucket.where(["n": .integer(number)]).all().map(\.key) == [3])
    }

    /// In ascending order, and no two of them equal.
    private static let ascending: [Value] = [
        .double(-.greatestFiniteMagnitude), .double(-0x1p63 - 2048), .integer(.min),
        .integer(.min + 1), .integer(-border - 1), .double(-0x1p53), .integer(-border + 1), -0.5, 0,
        .double(.leastNonzeroMagnitude), 0.5, 1, .double(1.5), .integer(border - 1),
        .integer(border), .integer(border + 1), .double(0x1p53 + 2), .integer(border + 3),
        .double(0x1p62), .integer(.max - 1), .integer(.max), .double(0x1p63),
        .double(.greatestFiniteMagnitude),
    ]

    @Test func `integers and doubles stand in their exact order`() async throws {
        let bucket = try await bucket(.order(.key))
        for index in Self.ascending.indices.reversed() {
            let number = Self.ascending[index]
            try await bucket.insert([
                "id": number, "n": number, "unique": number, "at": .integer(Int64(index)),
            ])
        }
        let expected = Self.ascending.indices.map { Value.integer(Int64($0)) }
        #expect(try bucket.all().map { $0["at"] } == expected)
        #expect(try bucket.order(by: "n").all().map { $0["at"] } == expected)
        #expect(try bucket.order(by: "unique").all().map { $0["at"] } == expected)
        #expect(try bucket.distinct("n") == Self.ascending)
        for (index, number) in Self.ascending.enumerated() {
            #expect(try bucket.where(.field("n") < number).count() == index)
            #expect(try bucket.where(["n": number]).count() == 1)
            #expect(try bucket.where(.field("unique") <= number).count() == index + 1)
        }
    }

    @Test func `increments are exact`() async throws {
        let bucket = try await bucket()
        try await bucket.insert(["id": 1, "n": .integer(border)])
        #expect(try await bucket.increment(1, "n")["n"] == .integer(border + 1))
    }

    @Test func `a double that is no whole number, or too large, is no integer`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket("b", key: "id", schema: ["id": .integer])
        for number in [0.5, 0x1p63, -0x1p63 - 2048, 1e300] {
            try await expectRefusal(ValidationError.self, by: store) {
                try await bucket.insert(["id": .double(number)])
            }
        }
        #expect(try await bucket.insert(["id": .double(0x1p62)]).key == Key(.integer(1 << 62)))
    }
}
