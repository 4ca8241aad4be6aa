import Foundation
import StoreCore
import StoreFoundation
import Testing

private struct Line: StoreRecord, Codable, Equatable {
    typealias Key = Int

    var id: Int
    var price: Decimal
    var discount: Decimal?
    var name = "a"

    static let schema = Schema<Line>("lines", key: \.id) { field in
        field(\.id, "id")
        field(\.price, "price")
        field(\.discount, "discount")
        field(\.name, "name")
    }
}

private struct Parcel: StoreRecord {
    struct Costs: Codable {
        var postage: Decimal
        var weight: Int
    }

    typealias Key = Int

    var id: Int
    var costs: Costs

    static let schema = Schema<Parcel>("parcels", key: \.id) { field in
        field(\.id, "id")
        field.object(\.costs, "costs")
        field.nested(\.costs.postage, "costs.postage")
        field.nested(\.costs.weight, "costs.weight")
    }
}

@Suite struct `Sums of decimals` {
    private func decimal(_ text: String) throws -> Decimal { try #require(Decimal(string: text)) }

    private func lines(_ prices: [String]) async throws -> Bucket<Line> {
        let store = try await Store.start("t")
        let lines = try await store.defineBucket(Line.self)
        for (id, price) in prices.enumerated() {
            try await lines.insert(Line(id: id, price: try decimal(price)))
        }
        return lines
    }

    @Test func `and means are exact`() async throws {
        let lines = try await lines(["9.99", "9.99", "9.99"])
        #expect(try lines.query.sum(\.price) == decimal("29.97"))
        #expect(try lines.query.avg(\.price) == decimal("9.99"))
        #expect(try lines.query.avg(\.discount) == nil)
        #expect(try lines.dynamic.sum("price") == Value(decimal("29.97")))
        #expect(try lines.dynamic.avg("price") == 9.99)
        let groups = try lines.query.groupBy(\.name).aggregate(.sum(\.price), .avg(\.price))
        #expect(groups.map { $0[.sum(\.price)] } == [Value(try decimal("29.97"))])
        #expect(groups.map { $0[.avg(\.price)] } == [Value(try decimal("9.99"))])
    }

    @Test func `of nothing are 0`() async throws {
        let lines = try await lines([])
        #expect(try lines.query.sum(\.price) == 0)
        #expect(try lines.query.avg(\.price) == nil)
    }

    @Test func `are of numbers of all sizes`() async throws {
        let prices = [
            "1000000000000000000000", "0.000000000000001", "-1000000000000000000000", "-0.5",
        ]
        let lines = try await lines(prices)
        #expect(try lines.query.sum(\.price) == decimal("-0.499999999999999"))
    }

    @Test func `that do not fit are an error`() async throws {
        let most = "340282366920938463463374607431768211455"
        let lines = try await lines([most, "1"])
        #expect { try lines.query.sum(\.price) } throws: {
            ($0 as? QueryError)?.reason == .overflow
        }
        #expect(try lines.where { $0.id == 0 }.sum(\.price) == decimal(most))
    }

    @Test func `that are means are rounded once to 38 digits`() async throws {
        let thirds = try await lines(["1", "1", "0"])
        #expect(
            try thirds.query.avg(\.price) == decimal("0." + String(repeating: "6", count: 37) + "7")
        )
        // Halfway between two numbers of 38 digits: the even one.
        let halves = try await lines(["1", "0.00000000000000000000000000000000000001"])
        #expect(try halves.query.avg(\.price) == decimal("0.5"))
        // Rounded up there would be no such number.
        let greatest = try await lines([])
        for id in 0..<2 {
            try await greatest.insert(Line(id: id, price: .greatestFiniteMagnitude))
        }
        let mean = try #require(try greatest.query.avg(\.price))
        #expect(mean < .greatestFiniteMagnitude)
        #expect("\(mean)".hasPrefix("34028236692093846346337460743176821145"))
    }

    @Test func `by increments are exact`() async throws {
        let lines = try await lines(["0.1"])
        for _ in 0..<3 { try await lines.increment(0, \.price, by: try decimal("0.2")) }
        #expect(try lines.get(0)?.price == decimal("0.7"))
        try await lines.increment(0, \.price, by: try decimal("-0.7"))
        #expect(try lines.get(0)?.price == 0)
        try await lines.update(0) { $0.price = Decimal.greatestFiniteMagnitude }
        await #expect(throws: ValidationError.self) { try await lines.increment(0, \.price) }
        await #expect(throws: ValidationError.self) {
            try await lines.dynamic.increment(0, "price", by: 0.5)
        }
    }

    @Test func `inside an object are refused`() async throws {
        let store = try await Store.start("t")
        let parcels = try await store.defineBucket(Parcel.self)
        try await parcels.insert(Parcel(id: 1, costs: Parcel.Costs(postage: 2, weight: 3)))
        let isRefused = { (error: any Error) in (error as? QueryError)?.reason == .unknownField }
        #expect { try parcels.query.sum(\.costs.postage) } throws: { isRefused($0) }
        #expect { try parcels.query.avg(\.costs.postage) } throws: { isRefused($0) }
        let groups = parcels.query.groupBy(\.id)
        #expect { try groups.aggregate(.sum(\.costs.postage)) } throws: { isRefused($0) }
        #expect(try parcels.query.sum(\.costs.weight) == 3)
        #expect(try parcels.query.avg(\.costs.weight) == 3)
    }

    @Test func `are known by the column`() {
        #expect(Line.schema.columns["price"]?.format == .decimal)
        #expect(Line.schema.columns["discount"]?.format == .decimal)
        #expect(Line.schema.columns["name"]?.format == nil)
    }
}
