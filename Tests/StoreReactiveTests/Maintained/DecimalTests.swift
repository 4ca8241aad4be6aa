import Foundation
import StoreCore
import StoreFoundation
import StoreReactive
import StoreTransactions
import Testing

private struct Line: StoreRecord, Codable, Equatable {
    typealias Key = Int

    var id: Int
    var price: Decimal
    var name = "a"

    static let schema = Schema<Line>("lines", key: \.id) { field in
        field(\.id, "id")
        field(\.price, "price")
        field(\.name, "name")
    }
}

@Suite struct `Live sums of decimals` {
    private func decimal(_ text: String) throws -> Decimal { try #require(Decimal(string: text)) }

    @Test func `and means follow every kind of write`() async throws {
        let store = try await Store.start("t")
        let lines = try await store.defineBucket(Line.self)
        let sum: Live<Decimal> = lines.query.live(.sum(\.price))
        let mean: Live<Decimal?> = lines.query.live(.avg(\.price))
        let dynamic: Live<Value> = lines.dynamic.query.live(.sum("price"))
        let groups = lines.query.groupBy(\.name).live(.sum(\.price), .avg(\.price))
        try await store.settle()
        #expect(sum.latest?.value == 0 && mean.latest?.value == .some(nil))
        for id in 1...3 {
            try await lines.insert(Line(id: id, price: try decimal("9.99")))
        }
        try await store.settle()
        #expect(try sum.latest?.value == decimal("29.97"))
        #expect(try mean.latest?.value == decimal("9.99"))
        #expect(try dynamic.latest?.value == Value(decimal("29.97")))
        let group = try #require(groups.latest?.value.first)
        #expect(try group[.sum(\.price)] == Value(decimal("29.97")))
        #expect(try group[.avg(\.price)] == Value(decimal("9.99")))
        try await store.transaction { tx in
            _ = try tx[lines].increment(1, \.price, by: Decimal(1))
        }
        try await lines.delete(2)
        try await store.settle()
        #expect(try sum.latest?.value == decimal("20.98"))
        #expect(try mean.latest?.value == decimal("10.49"))
        #expect(try lines.query.sum(\.price) == decimal("20.98"))
        #expect(try groups.latest?.value.first?[.sum(\.price)] == Value(decimal("20.98")))
        await store.stop()
    }
}
