import StoreTesting
import Testing

@testable import StoreCore

/// A write in whose body record `a` is, or becomes, overdue at the commit's own instant.
@Suite struct `What is overdue in its own commit` {
    enum Origin: CaseIterable {
        /// Inserted past its deadline.
        case new
        /// There before, and given a deadline that has passed.
        case old

        /// Whether the commit deletes a record of the state before when `a` gives way.
        var hasBase: Bool { self == .old }
    }

    /// Runs a body that finds `a` overdue, and checks what the commit leaves.
    private static func write(
        _ origin: Origin, _ options: [BucketOption] = [],
        _ body: @escaping (WritableBucket) throws -> Void
    ) async throws -> (depot: Depot, changes: [Change]) {
        let depot = try await Depot([], options)
        if origin == .old { try await depot.items.insert(Depot.record("a", rank: 4)) }
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        try await depot.store.write { tx in
            let items = try tx[depot.items]
            switch origin {
            case .new: try items.insert(Depot.record("a", rank: 4), expiresAt: tx.now)
            case .old: try items.setDeadline("a", tx.now)
            }
            try body(items)
        }
        #expect(depot.store.state.violations() == [])
        return (depot, observer.changes)
    }

    @Test(arguments: Origin.allCases) func `is not found by writes, as it is not by reads`(
        origin: Origin
    ) async throws {
        let (depot, _) = try await Self.write(origin) { (items) throws in
            #expect(try items.get("a") == nil)
            #expect(throws: RecordNotFoundError.self) { try items.update("a", ["rank": 1]) }
            #expect(throws: RecordNotFoundError.self) { try items.increment("a", "rank") }
            #expect(throws: RecordNotFoundError.self) { try items.setDeadline("a", nil) }
            #expect(throws: RecordNotFoundError.self) {
                try items.replace("a", with: ["name": "x"])
            }
            #expect(throws: ConflictError.self) {
                try items.update("a", ["rank": 1], ifVersion: 1)
            }
            #expect(try items.delete("a") == false)
            #expect(try items.deleteMany(where: .all) == 0)
            #expect(try items.updateMany(where: .field("rank") == 4, ["rank": 1]) == 0)
        }
        #expect(try depot.items.count() == 0)
        #expect(try depot.items.storedCount() == 1)
        #expect(try depot.items.overdue().map(\.key) == ["a"])
    }

    @Test(arguments: Origin.allCases) func `gives its key to another record`(
        origin: Origin
    ) async throws {
        let (depot, changes) = try await Self.write(origin) { (items) throws in
            #expect(try items.count() == 0)
            let record = try items.insert(["id": "a", "name": "new"])
            #expect(record.version == 1)
            #expect(try items.all().map { $0["name"] } == ["new"])
        }
        #expect(changes.map(\.kind) == (origin.hasBase ? [.deleted, .inserted] : [.inserted]))
        #expect(changes.map(\.reason) == (origin.hasBase ? [.expired, .user] : [.user]))
        #expect(try depot.items.get("a")?["rank"].isNull == true)
        #expect(try depot.items.get("a")?.expiresAt == nil)
        #expect(try depot.items.storedCount() == 1)
    }

    @Test(arguments: Origin.allCases) func `is not what an upsert merges with`(
        origin: Origin
    ) async throws {
        let (depot, _) = try await Self.write(origin) { (items) throws in
            #expect(try items.upsert(["id": "a", "name": "new"]).version == 1)
            #expect(try items.upsert(["id": "a", "name": "b"]).version == 2)
            #expect(try items.delete("a"))
            #expect(try items.delete("a") == false)
            #expect(try items.get("a") == nil)
            try items.insert(["id": "a", "name": "newer"])
        }
        #expect(try depot.items.all().map { $0["name"] } == ["newer"])
        #expect(try depot.items.storedCount() == 1)
    }

    @Test(arguments: Origin.allCases) func `gives its unique value to whoever wants it`(
        origin: Origin
    ) async throws {
        let (depot, changes) = try await Self.write(origin) { (items) throws in
            try items.insert(["id": "b", "name": "new", "code": "code-a"])
            #expect(try items.where(["code": "code-a"]).all().map(\.key) == ["b"])
        }
        let reasons = changes.map { "\($0.key.value.string ?? "") \($0.reason)" }.sorted()
        #expect(reasons == (origin.hasBase ? ["a expired", "b user"] : ["b user"]))
        #expect(try depot.keys == ["b"])
        #expect(try depot.items.storedCount() == 1)
    }

    @Test func `does not take a unique value from who has it`() async throws {
        let (depot, changes) = try await Self.write(.new) { (items) throws in
            try items.insert(["id": "b", "name": "holder", "code": "code-b"])
        }
        try await depot.store.write { tx in
            try tx[depot.items].insert(
                ["id": "c", "name": "late", "code": "code-b"], expiresAt: tx.now)
        }
        #expect(changes.map(\.key) == ["a", "b"])
        #expect(try depot.keys == ["b"])
        #expect(try depot.items.overdue().map(\.key) == ["a"])
        #expect(depot.store.state.violations() == [])
    }

    @Test(arguments: Origin.allCases) func `is expired on demand`(origin: Origin) async throws {
        let (depot, changes) = try await Self.write(origin) { (items) throws in
            #expect(try items.expire("a"))
            #expect(try items.expire("a") == false)
            #expect(try items.get("a") == nil)
            #expect(try items.count() == 0)
            #expect(try items.deleteMany(where: .all) == 0)
            #expect(try items.clear() == 0)
        }
        #expect(changes.map(\.reason) == (origin.hasBase ? [.expired] : []))
        #expect(try depot.items.storedCount() == 0)
    }

    @Test(arguments: Origin.allCases) func `is taken along by a clearing, and not counted`(
        origin: Origin
    ) async throws {
        let (depot, changes) = try await Self.write(origin) { (items) throws in
            try items.insert(Depot.record("b"))
            #expect(try items.clear() == 1)
            #expect(try items.insert(["id": "a", "name": "new"]).version == 1)
        }
        #expect(
            changes.map(\.reason) == (origin.hasBase ? [.expired, .user] : [.user]))
        #expect(try depot.keys == ["a"])
    }

    @Test(arguments: Origin.allCases) func `can be kept by a policy, which decides on deadlines`(
        origin: Origin
    ) async throws {
        let (depot, _) = try await Self.write(
            origin,
            [
                .policy { context in
                    context.changes.filter { $0.new != nil }.map {
                        .setDeadline(
                            bucket: "items", key: $0.key, context.now + .seconds(60))
                    }
                }
            ]
        ) { _ in }
        #expect(try depot.keys == ["a"])
    }

    @Test func `takes along what has a value that is wanted too`() async throws {
        let depot = try await Depot()
        let notes = try await depot.store.defineBucket(
            "notes", key: "id",
            schema: [
                "id": .string, "title": .string(unique: true),
                "item": .string.references("items", onDelete: .cascade),
            ])
        try await depot.items.insert(Depot.record("a"), expiresAt: depot.clock.now + .seconds(1))
        try await notes.insert(["id": "n", "title": "x", "item": "a"])
        depot.clock.advance(by: .seconds(1))
        var batch = WriteBatch()
        batch.insert(["id": "m", "title": "x"], into: notes)
        batch.insert(["id": "b", "name": "b", "code": "code-a"], into: depot.items)
        try await depot.store.commit(batch)
        #expect(try notes.all().map(\.key) == ["m"])
        #expect(try depot.items.storedCount() == 1)
    }

    @Test func `is no record that a reference could lead to`() async throws {
        let depot = try await Depot()
        let notes = try await depot.store.defineBucket(
            "notes", key: "id",
            schema: ["id": .string, "item": .string.references("items", onDelete: .cascade)])
        try await depot.items.insert(Depot.record("old"))
        try await notes.insert(["id": "n", "item": "old"])
        for key in ["new", "old"] {
            let error = try await expectRefusal(ReferenceError.self, by: depot.store) {
                try await depot.store.write { tx in
                    let items = try tx[depot.items]
                    if key == "new" {
                        try items.insert(Depot.record("new"), expiresAt: tx.now)
                    } else {
                        try items.setDeadline("old", tx.now)
                    }
                    try tx[notes].insert(["id": "m", "item": .string(key)])
                }
            }
            #expect(error.reason == .missing)
        }
        try await depot.store.write { tx in
            try tx[depot.items].setDeadline("old", tx.now)
            try tx[depot.items].insert(["id": "b", "name": "b", "code": "code-old"])
        }
        #expect(try notes.count() == 0, "what refers to it follows when it gives way")
    }
}
