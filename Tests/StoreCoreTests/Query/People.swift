import StoreCore

/// A store with one bucket of people, of whom some lack this or that.
struct People {
    let store: Store
    let bucket: DynamicBucket

    static let schema: BucketSchema = [
        "id": .integer,
        "name": .string,
        "email": .string(unique: true),
        "role": .string,
        "age": .integer,
        "score": .number,
        "joined": .date,
        "tags": .array,
        "address": .object,
    ]

    init(indexes: [IndexDefinition] = [], _ options: BucketOption...) async throws {
        store = try await Store.start()
        bucket = try await store.defineBucket(
            "people", key: "id", schema: People.schema, indexes: indexes, options)
    }

    /// Seven people with ids from 1 on, inserted in an order that is not that of their ids.
    static func seven(
        indexes: [IndexDefinition] = [], order: BucketOrder = .insertion
    ) async throws -> People {
        let people = try await People(indexes: indexes, .order(order))
        try await people.bucket.insertMany(sevenPeople)
        return people
    }

    /// `count` people: roles r0 … r9 in turn, ages equal to their ids.
    static func many(_ count: Int, indexes: [IndexDefinition]) async throws -> People {
        let people = try await People(indexes: indexes)
        try await people.bucket.insertMany(
            (1...count).map { id in
                [
                    "id": .integer(Int64(id)), "role": .string("r\(id % 10)"),
                    "age": .integer(Int64(id)), "email": .string("\(id)@example.com"),
                ]
            })
        return people
    }

    /// The index sets that must make no difference to any result.
    static let indexSets: [[IndexDefinition]] = [
        [], ["role"], ["age"], ["role", "age", "name", "score", "joined"],
        [["role", "age"], ["age", "name"]],
    ]

    private static let sevenPeople: [Fields] = [
        [
            "id": 4, "name": "Dora", "role": "user", "age": 31, "score": 1.5, "tags": ["a", "b"],
            "joined": .date(Timestamp(microseconds: 4)), "email": "dora@example.com",
        ],
        ["id": 1, "name": "Alice", "role": "admin", "age": 44, "score": 2, "tags": ["a"]],
        ["id": 6, "name": "Bea", "role": nil, "age": 18, "address": ["city": "Berlin"]],
        ["id": 2, "name": "Bob", "role": "user", "age": 18, "score": 2.0, "nick": "bo"],
        [
            "id": 7, "name": "Änne", "age": 18, "joined": .date(Timestamp(microseconds: 2)),
            "address": ["city": "Bern", "geo": ["zone": 3]],
        ],
        ["id": 3, "name": "Carl", "role": "admin", "score": -1, "tags": []],
        ["id": 5, "name": "Bo", "role": "guest", "age": 60, "address": nil, "nick": "x"],
    ]
}

extension [Record] {
    /// The records' ids, in order.
    var ids: [Int] { compactMap { $0["id"].int } }
}
