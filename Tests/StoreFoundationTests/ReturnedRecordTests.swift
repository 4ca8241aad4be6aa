import Foundation
import StoreCore
import StoreFoundation
import Testing

/// A property may hold more than its column does.
@Suite struct `What a write returns` {
    struct Visit: StoreRecord, Equatable {
        struct Stop: Codable, Equatable, Sendable {
            var at: Date
        }

        typealias Key = Int
        var id: Int
        var at: Date
        var left: Date?
        var stop: Stop
        var rest: [Stop] = []
        static let schema = Schema<Visit>("visits", key: \.id) { field in
            field(\.id, "id")
            field(\.at, "at").indexed()
            field(\.left, "left")
            field.object(\.stop, "stop")
            field.array(\.rest, "rest")
        }
    }

    enum Way: CaseIterable {
        case insert, insertMany, upsert, upsertOver, replace, update
    }

    /// The last digits get lost.
    private static let date = Date(timeIntervalSince1970: 1_700_000_000.123_456_789)

    private static func visit(_ id: Int, at date: Date = date) -> Visit {
        Visit(id: id, at: date, left: date, stop: .init(at: date), rest: [.init(at: date)])
    }

    private static func bucket() async throws -> Bucket<Visit> {
        let bucket = try await Store.start("returned").defineBucket(Visit.self)
        try await bucket.insert(visit(1, at: Date(timeIntervalSince1970: 0)))
        return bucket
    }

    @Test(arguments: Way.allCases) func `is what is stored`(way: Way) async throws {
        let visits = try await Self.bucket()
        let returned =
            switch way {
            case .insert: try await visits.insert(Self.visit(2))
            case .insertMany: try await visits.insertMany([Self.visit(2)])[0]
            case .upsert: try await visits.upsert(Self.visit(2))
            case .upsertOver: try await visits.upsert(Self.visit(1))
            case .replace: try await visits.replace(Self.visit(1))
            case .update: try await visits.update(1) { $0 = Self.visit(1) }
            }
        try check(returned, in: visits)
    }

    @Test(arguments: Way.allCases, [true, false])
    func `is what is stored by the commit that it becomes part of`(
        way: Way, isDraft: Bool
    ) async throws {
        let visits = try await Self.bucket()
        let store = visits.dynamic.store
        @Sendable func write(_ visits: TypedWriter<Visit>) throws -> Visit {
            switch way {
            case .insert, .insertMany: try visits.insert(Self.visit(2))
            case .upsert: try visits.upsert(Self.visit(2))
            case .upsertOver: try visits.upsert(Self.visit(1))
            case .replace: try visits.replace(Self.visit(1))
            case .update: try visits.update(1) { $0 = Self.visit(1) }
            }
        }
        let returned: Visit
        if isDraft {
            let draft = try store.draft()
            returned = try write(try draft.context[Visit.self])
            try await store.commit(draft)
        } else {
            returned = try await store.write { tx in try write(try tx[Visit.self]) }
        }
        try check(returned, in: visits)
    }

    private func check(_ returned: Visit, in visits: Bucket<Visit>) throws {
        #expect(try visits.get(returned.id) == returned)
        #expect(returned.at != Self.date)
        let rounded = returned.at
        #expect(try visits.where { $0.at == rounded }.count() == 1)
        #expect(try visits.where { $0.at == Self.date }.count() == 1)
    }

    @Test func `is what is stored in records by name, too`() async throws {
        let visits = try await Self.bucket().dynamic
        var fields = try #require(try visits.get(1)).fields
        fields["id"] = 2
        fields["at"] = Value(Self.date)
        fields["left"] = "2026-01-01T00:00:00.1234567Z"
        let returned = try await visits.insert(fields)
        #expect(try visits.get(2)?.fields == returned.fields)
        var batch = WriteBatch()
        batch.update(2, ["left": "2026-01-01T00:00:00.7654321Z"], in: visits)
        let record = try #require(try await visits.store.commit(batch).records[0])
        #expect(try visits.get(2)?.fields == record.fields)
    }
}
