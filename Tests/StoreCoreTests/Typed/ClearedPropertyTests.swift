import StoreCore
import StoreTesting
import Testing

/// A person may have a boss, a badge that nobody else has, a desk that has a default, and a code that the store makes.
private struct Member: StoreRecord, Equatable {
    typealias Key = Int
    var id: Int
    var name: String
    var boss: Int?
    var badge: String?
    var desk: String?
    var code: String?

    static let schema = Schema<Member>("members", key: \.id) { field in
        field(\.id, "id")
        field(\.name, "name")
        field(\.boss, "boss").references("members", onDelete: .restrict)
        field(\.badge, "badge").unique()
        field(\.desk, "desk").default("none")
        field(\.code, "code").generated(.uuid)
    }
}

/// The same columns by hand.
private struct Guest: StoreRecord, Equatable {
    typealias Key = Int
    var id: Int
    var name: String
    var note: String?

    static let schema = Schema<Guest>("guests", key: \.id) { field in
        field(\.id, "id")
        field(\.name, "name")
        field(\.note, "note").default("none")
    }

    init(row: Row) throws {
        id = try row["id"]
        name = try row["name"]
        note = try row["note"]
    }

    init(id: Int, name: String, note: String?) {
        (self.id, self.name, self.note) = (id, name, note)
    }

    func encode(into row: inout RowWriter) {
        row.set("id", id)
        row.set("name", name)
        row.set("note", note)
    }
}

@Suite struct `A property that is nil` {
    enum Way: CaseIterable {
        case update, updateInWrite, updateInDraft
        case replace, replaceInWrite, replaceInDraft
        case upsert, upsertInWrite, upsertInDraft
    }

    /// Changes record 2, in a way to write that a caller has.
    private static func change<Model: StoreRecord>(
        _ bucket: Bucket<Model>, _ way: Way, _ change: @escaping @Sendable (inout Model) -> Void
    ) async throws -> Model where Model.Key == Int {
        let store = bucket.dynamic.store
        var whole = try #require(try bucket.get(2))
        change(&whole)
        func inContext(_ context: WriteContext) throws -> Model {
            let writer = try context[Model.self]
            return switch way {
            case .update, .updateInWrite, .updateInDraft: try writer.update(2, change)
            case .replace, .replaceInWrite, .replaceInDraft: try writer.replace(whole)
            case .upsert, .upsertInWrite, .upsertInDraft: try writer.upsert(whole)
            }
        }
        switch way {
        case .update: return try await bucket.update(2, change)
        case .replace: return try await bucket.replace(whole, ifVersion: 1)
        case .upsert: return try await bucket.upsert(whole)
        case .updateInWrite, .replaceInWrite, .upsertInWrite:
            return try await store.write { try inContext($0) }
        case .updateInDraft, .replaceInDraft, .upsertInDraft:
            let draft = try store.draft()
            let made = try inContext(draft.context)
            try await store.commit(draft)
            return made
        }
    }

    @Test(arguments: Way.allCases) func `clears its column, and no other`(way: Way) async throws {
        let store = try await Store.start("cleared", .clock(ManualClock()))
        let members = try await store.defineBucket(Member.self)
        try await members.insert(Member(id: 1, name: "Ann"))
        let bob = Member(id: 2, name: "Bob", boss: 1, badge: "b", desk: "corner")
        let code = try await members.insert(bob).code
        try await store.updateBucket("members", adding: ["floor": .integer])
        try await members.dynamic.update(2, ["floor": 4, "hobby": "chess"])
        // Back to version 1, for the compare-and-set.
        let kept = try #require(try members.dynamic.get(2)).fields
        try await members.delete(2)
        try await members.dynamic.insert(kept)

        let made = try await Self.change(members, way) {
            $0.boss = nil
            $0.badge = nil
            $0.desk = nil
        }
        let record = try #require(try members.dynamic.get(2))
        #expect(made == Member(id: 2, name: "Bob", code: code))
        #expect(
            record.fields == [
                "id": 2, "name": "Bob", "code": .init(code), "floor": 4, "hobby": "chess",
            ])
        #expect(try members.get(2) == made)
        // The badge is free, and nobody refers to Ann.
        try await members.insert(Member(id: 3, name: "Cyd", badge: "b"))
        #expect(try await members.delete(1))
    }

    @Test(arguments: Way.allCases) func `clears its column in a record that writes itself`(
        way: Way
    ) async throws {
        let store = try await Store.start("cleared", .clock(ManualClock()))
        let guests = try await store.defineBucket(Guest.self)
        try await guests.dynamic.insert(["id": 2, "name": "Eve", "note": "late", "seat": 7])
        let made = try await Self.change(guests, way) { $0.note = nil }
        #expect(made == Guest(id: 2, name: "Eve", note: nil))
        #expect(try guests.dynamic.get(2)?.fields == ["id": 2, "name": "Eve", "seat": 7])
    }

    @Test func `is still given its default by an insertion`() async throws {
        let store = try await Store.start("cleared", .clock(ManualClock()))
        let members = try await store.defineBucket(Member.self)
        #expect(try await members.insert(Member(id: 1, name: "Ann")).desk == "none")
        #expect(try await members.upsert(Member(id: 2, name: "Bob")).desk == "none")
    }

    @Test func `cannot be one that the store has made`() async throws {
        let store = try await Store.start("cleared", .clock(ManualClock()))
        let members = try await store.defineBucket(Member.self)
        try await members.insert(Member(id: 1, name: "Ann"))
        let error = try await #require(throws: ValidationError.self) {
            try await members.update(1) { $0.code = nil }
        }
        #expect(error.issues.map(\.code) == [.immutable])
        #expect(try members.entry(1)?.version == 1)
    }
}
