import StoreCore
import Testing

/// What does not fit is named when the bucket is defined, and nothing is left behind.
@Suite struct `A schema that does not fit its type` {
    private func fault<Model: StoreRecord>(of type: Model.Type) async throws -> DefinitionError {
        let store = try await Store.start("faults")
        let error = try await #require(throws: DefinitionError.self) {
            try await store.defineBucket(type)
        }
        #expect(store.buckets.isEmpty)
        #expect(store.position == .start)
        return error
    }

    private struct Renamed: StoreRecord {
        typealias Key = String
        var id: String
        var name: String
        enum CodingKeys: String, CodingKey {
            case id
            case name = "full_name"
        }
        static let schema = Schema<Renamed>("renamed", key: \.id) { field in
            field(\.id, "id")
            field(\.name, "name")
        }
    }

    @Test func `a name that is not the coding key's`() async throws {
        let error = try await fault(of: Renamed.self)
        #expect(error.field == "name")
        #expect(error.reason == .unknownProperty)
    }

    private struct Swapped: StoreRecord {
        typealias Key = String
        var id: String
        var from: String
        var to: String
        static let schema = Schema<Swapped>("swapped", key: \.id) { field in
            field(\.id, "id")
            field(\.from, "to")
            field(\.to, "from")
        }
    }

    @Test func `two names that are swapped`() async throws {
        #expect(try await fault(of: Swapped.self).field == "to")
    }

    private struct Forgotten: StoreRecord {
        typealias Key = String
        var id: String
        var forgotten: Int
        static let schema = Schema<Forgotten>("forgotten", key: \.id) { $0(\.id, "id") }
    }

    @Test func `a property that is no column`() async throws {
        let error = try await fault(of: Forgotten.self)
        #expect(error.field == "forgotten")
    }

    private struct Keyless: StoreRecord {
        typealias Key = String
        var id: String
        var name: String
        static let schema = Schema<Keyless>("keyless", key: \.id) { $0(\.name, "name") }
    }

    @Test func `a key that is no column`() async throws {
        #expect(try await fault(of: Keyless.self).reason == .unknownProperty)
    }

    private struct Unindexed: StoreRecord {
        typealias Key = String
        var id: String
        static let schema = Schema<Unindexed>("unindexed", key: \.id) { field in
            field(\.id, "id")
            field.index(\.id.count)
        }
    }

    @Test func `an index over what is no column`() async throws {
        #expect(try await fault(of: Unindexed.self).reason == .unknownProperty)
    }

    private struct Twice: StoreRecord {
        typealias Key = String
        var id: String
        static let schema = Schema<Twice>("twice", key: \.id) { field in
            field(\.id, "id")
            field(\.id, "id")
        }
    }

    @Test func `a column that is declared twice`() async throws {
        #expect(try await fault(of: Twice.self).reason == .duplicateField)
    }

    private struct Wrong: StoreRecord {
        typealias Key = String
        var id: String
        var count: Int
        static let schema = Schema<Wrong>("wrong", key: \.id) { field in
            field(\.id, "id")
            field.object(\.count, "count")
        }
    }

    @Test func `a type that is not what the property encodes`() async throws {
        let error = try await fault(of: Wrong.self)
        #expect(error.field == "count")
        #expect(error.message.contains("object"))
    }

    private struct Picky: StoreRecord, Equatable {
        enum Kind: Codable, Equatable, Sendable {
            case plain
            init(from decoder: any Decoder) throws {
                guard try decoder.singleValueContainer().decode(String.self) == "plain" else {
                    throw DecodingError.dataCorrupted(
                        .init(codingPath: [], debugDescription: "no such kind"))
                }
                self = .plain
            }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode("plain")
            }
        }
        typealias Key = String
        var id: String
        var kind: Kind

        static let schema = Schema<Picky>("picky", key: \.id) { field in
            field(\.id, "id")
            field.object(\.kind, "kind")
            field.sample { Picky(id: "x", kind: .plain) }
        }
    }

    @Test func `is found by a sample that the schema supplies`() async throws {
        #expect(try await fault(of: Picky.self).field == "kind")
    }

    private struct Legacy: StoreRecord {
        typealias Key = Int
        var id: Int
        var customer: Int
        static let schema = Schema<Legacy>("orders", key: \.id) { field in
            field(\.id, "id")
            field(\.customer, "customer")
        }
    }

    @Test func `another type's bucket is refused`() async throws {
        let store = try await Store.start("faults")
        try await store.defineBucket(Order.self)
        let error = #expect(throws: DefinitionError.self) { try store.bucket(Legacy.self) }
        #expect(error?.field == "customer")
        #expect(error?.reason == .otherSchema)
    }
}

@Suite struct `Typed records that cannot be read` {
    @Test func `name the field`() async throws {
        let store = try await Store.start("faults")
        let readings = try await store.defineBucket(
            "readings", key: "id",
            schema: ["id": .string, "value": .number, "note": .string])
        try await readings.insert(["id": "a", "note": "no value"])
        let typed = try store.bucket(Reading.self)
        let error = #expect(throws: RowError.self) { try typed.get("a") }
        #expect(error?.field == "value")
        #expect(try typed.contains("a"))
    }

    @Test func `through Codable name the path`() async throws {
        let store = try await Store.start("faults")
        let orders = try await store.defineBucket(Order.self)
        try await orders.dynamic.insert([
            "customer": "x", "total": 1, "status": "paid", "tags": [],
            "notes": [["text": "a", "at": "never"]],
        ])
        let error = #expect(throws: DecodingError.self) { try orders.get(1) }
        #expect("\(String(describing: error))".contains("notes"))
    }

    @Test func `a status of nobody's is refused on the way in`() async throws {
        let store = try await Store.start("faults")
        let orders = try await store.defineBucket(Order.self)
        await #expect(throws: ValidationError.self) {
            try await orders.dynamic.insert([
                "customer": "x", "total": 1, "status": "lost", "tags": [], "notes": [],
            ])
        }
    }

    @Test func `what a write cannot encode changes nothing`() async throws {
        let store = try await Store.start("faults")
        let orders = try await store.defineBucket(Order.self)
        await #expect(throws: ValidationError.self) {
            try await orders.insert(Order(customer: "x", total: .nan))
        }
        await #expect(throws: ValidationError.self) {
            try await orders.insert(Order(customer: "", total: 1))
        }
        #expect(try orders.count() == 0)
    }
}
