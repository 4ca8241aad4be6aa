import Testing

@testable import StoreCore

extension Concurrency {
    @Suite struct Definitions {
        static let size = 40

        @Test func `buckets come and go, and readers see all of one or nothing`() async throws {
            let bank = try await Bank()
            let handles = Guarded([DynamicBucket]())
            try await Crowd.watching(3) { _, random in
                let name = "life\(Int.random(in: 0..<2, using: &random))"
                let snapshot = try bank.store.snapshot()
                if snapshot.buckets.contains(where: { $0.name == name }) {
                    let bucket = try snapshot.bucket(name)
                    #expect([0, Self.size, 400].contains(try bucket.count()))
                    #expect(try bucket.where(["kind": 1]).count() == (try bucket.count()) / 2)
                } else {
                    #expect(throws: StoreError(.bucketNotDefined(name))) {
                        try snapshot.bucket(name)
                    }
                }
                try Bank.check(snapshot)
                guard let handle = handles.withLock({ $0.randomElement(using: &random) }) else {
                    return
                }
                do {
                    #expect([0, Self.size, 400].contains(try handle.count()))
                    _ = try handle.get(1)
                } catch let error as StoreError {
                    #expect(error.reason == .bucketDropped(handle.name))
                }
            } while: {
                try await Crowd.writing(3, rounds: 40) { number, round, random in
                    guard number < 2 else { return try await bank.churn(number, round, &random) }
                    let bucket = try await bank.store.defineBucket(
                        "life\(number)", key: "id", schema: ["id": .integer, "kind": .integer],
                        indexes: ["kind"])
                    handles.withLock { $0 = $0.suffix(3) + [bucket] }
                    let count = round.isMultiple(of: 5) ? 400 : Self.size
                    try await bucket.insertMany(
                        (0..<count).map {
                            ["id": .integer(Int64($0)), "kind": .integer(Int64($0 % 2))]
                        })
                    try await bank.store.dropBucket("life\(number)")
                    await #expect(throws: StoreError(.bucketDropped("life\(number)"))) {
                        try await bucket.insert(["id": 1_000])
                    }
                }
            }
            #expect(bank.store.buckets.map(\.name) == ["left", "right", "pool", "bulk"])
        }

        @Test func `definitions change under load, and nobody sees half of a change`() async throws
        {
            let store = try await Store.start()
            let bucket = try await store.defineBucket(
                "b", key: "id", schema: ["id": .integer, "kind": .integer, "name": .string])
            try await bucket.insertMany((0..<1_000).map(Self.record))
            try await Crowd.watching(2) { _, random in
                let items = try store.snapshot().bucket("b")
                let definition = items.definition
                let kind = Value.integer(Int64.random(in: 0..<10, using: &random))
                let counted = try items.where(["kind": kind]).count()
                let all = try items.all()
                #expect(all.filter { $0["kind"] == kind }.count == counted)
                // Whoever is declared with the field has it, and nobody has it undeclared.
                let isDeclared = definition.schema["level"] != nil
                #expect(all.allSatisfy { $0["level"].isNull != isDeclared })
                let key = Int.random(in: 0..<1_000, using: &random)
                if let record = try bucket.get(key) {
                    #expect(try bucket.where(["name": record["name"]]).count() <= 1)
                }
            } while: {
                try await Crowd.writing(3, rounds: 120) { number, round, random in
                    let key = Int.random(in: 0..<1_000, using: &random)
                    switch number {
                    case 0: try await Self.change(store, round)
                    case 1:
                        _ = try await bucket.delete(key)
                        try await bucket.upsert(Self.record(key))
                    default:
                        try await bucket.upsert(Self.record(key))
                        let kind = Int64.random(in: 0..<10, using: &random)
                        try await bucket.update(key) { $0["kind"] = .integer(kind) }
                    }
                }
            }
            #expect(try bucket.count() == 1_000)
            #expect(store.state.violations().isEmpty)
        }

        private static func record(_ key: Int) -> Fields {
            [
                "id": .integer(Int64(key)), "kind": .integer(Int64(key % 10)),
                "name": .string("a name for all \(key)"),
            ]
        }

        /// Index in, field in, unique index in, and all out again.
        private static func change(_ store: Store, _ round: Int) async throws {
            switch round % 4 {
            case 0: try await store.updateBucket("b", addingIndexes: ["kind"])
            case 1: try await store.updateBucket("b", adding: ["level": .integer(default: 1)])
            case 2: try await store.updateBucket("b", addingIndexes: [.unique("name")])
            default:
                try await store.updateBucket(
                    "b", removing: ["level"], removingIndexes: ["kind", .unique("name")])
            }
        }

        @Test func `of many who define one bucket at once, one does`() async throws {
            let store = try await Store.start()
            let winners = Guarded(0)
            try await Crowd.writing(4, rounds: 50) { number, round, _ in
                do {
                    let bucket = try await store.defineBucket(
                        "b\(round)", key: "id", schema: ["id": .integer])
                    winners.withLock { $0 += 1 }
                    try await bucket.insert(["id": .integer(Int64(number))])
                } catch let error as StoreError {
                    #expect(error.reason == .bucketAlreadyExists("b\(round)"))
                }
            }
            #expect(winners.withLock { $0 } == 50)
            #expect(store.position.value == 100)
            #expect(try store.stats().records == 50)
        }
    }
}
