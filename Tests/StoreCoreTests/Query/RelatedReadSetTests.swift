import StoreTesting
import Testing

@testable import StoreCore

/// What has been read tells how the related records were found.
@Suite struct `Reads of related records` {
    private func reads(
        _ shop: RelatedShop, of bucket: DynamicBucket, _ read: (ReadRecorder) throws -> Void
    ) throws -> ReadSet.BucketReads? {
        let recorder = ReadRecorder()
        try read(recorder)
        return recorder.readSet.reads[bucket.reference]
    }

    @Test func `are those of their keys, absent ones too`() async throws {
        let shop = try await RelatedShop.filled()
        let reads = try reads(shop, of: shop.customers) { recorder in
            _ = try shop.orders.tracked(by: recorder).query.with("customer").all()
        }
        #expect(reads.map { Set($0.keys.keys) } == ["a", "b", "nobody"])
        #expect(reads?.ranges.isEmpty == true)
        #expect(reads?.whole == nil)
    }

    @Test func `in the other direction are one range of the index`() async throws {
        let shop = try await RelatedShop(onDelete: .restrict)
        try await shop.customers.insertMany((0..<100).map { ["id": "c\($0)"] })
        try await shop.orders.insertMany(
            (0..<1_000).map { ["id": .integer($0), "customer": .string("c\($0 % 100)")] })
        let reads = try reads(shop, of: shop.orders) { recorder in
            _ = try shop.customers.tracked(by: recorder).query.limit(10)
                .with("orders", by: "customer").all()
        }
        #expect(reads?.ranges.count == 1)
        guard case .index(let fields, _, _) = reads?.ranges.first?.access else {
            Issue.record("read otherwise: \(String(describing: reads))")
            return
        }
        #expect(fields == ["customer"])
        #expect(reads?.whole == nil)
    }

    @Test(arguments: [true, false])
    func `are concerned by what would change the rows`(isBackward: Bool) async throws {
        let shop = try await RelatedShop.filled(indexes: ["customer"])
        let recorder = ReadRecorder()
        if isBackward {
            _ = try shop.customers.tracked(by: recorder).where(["id": "c"])
                .with("orders", by: "customer").all()
        } else {
            _ = try shop.orders.tracked(by: recorder).where(["id": 5]).with("customer").all()
        }
        let observer = RecordingObserver()
        _ = try await shop.store.attach(observer)
        try await shop.orders.insert(["id": 7, "customer": "a"])
        try await shop.customers.insert(["id": "d"])
        #expect(!observer.commits.contains { recorder.readSet.intersects($0) })
        if isBackward {
            try await shop.orders.insert(["id": 8, "customer": "c"])
        } else {
            try await shop.customers.insert(["id": "nobody"])
        }
        #expect(observer.commits.last.map { recorder.readSet.intersects($0) } == true)
    }

    @Test func `look each different value up once, and null never`() throws {
        var asked: [Value] = []
        let values: [Value] = ["a", "b", nil, "a", 1, 1.0, "x", "x", "b"]
        let found = values.looked { value -> String? in
            asked.append(value)
            return value == "x" ? nil : "\(value)"
        }
        #expect(asked == ["a", "b", 1, "x"])
        #expect(found == [#""a""#, #""b""#, nil, #""a""#, "1", "1", nil, nil, #""b""#])
    }
}
