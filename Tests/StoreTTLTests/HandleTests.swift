import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `Deadlines of single records` {
    @Test func `are set in buckets without a lifetime, and swept`() async throws {
        let larder = try await Larder()
        try await larder.items.insert(["id": "a"], expiresIn: .seconds(5))
        #expect(try larder.items.ttl(of: "a") == .seconds(5))
        larder.clock.advance(by: .seconds(5))
        #expect(try larder.keys == [])
        try await larder.store.settle()
        #expect(larder.departures == ["-a expired"])
    }

    @Test func `are set in writes and batches`() async throws {
        let larder = try await Larder()
        let items = larder.items
        try await larder.store.write { tx in
            _ = try tx[items].insert(["id": "a"], expiresIn: .seconds(5))
            #expect(try tx[items].ttl(of: "a") == .seconds(5))
        }
        var batch = WriteBatch()
        try batch.insert(["id": "b"], into: items, expiresIn: .seconds(6))
        batch.persist("a", in: items)
        try await larder.store.commit(batch)
        #expect(try items.ttl(of: "a") == nil)
        #expect(try items.ttl(of: "b") == .seconds(6))
    }

    @Test func `cannot be begun anew without a lifetime`() async throws {
        let larder = try await Larder()
        try await larder.insert("a")
        let error = await #expect(throws: ExpiryError.self) { try await larder.items.touch("a") }
        #expect(error?.reason == .noLifetime(bucket: "items"))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.max)])
    func `need a lifetime above zero`(lifetime: Duration) async throws {
        let larder = try await Larder()
        let error = await #expect(throws: ExpiryError.self) {
            try await larder.items.insert(["id": "a"], expiresIn: lifetime)
        }
        #expect(error?.reason == .invalidLifetime(lifetime))
        #expect(try larder.keys == [])
    }

    @Test func `are those of records that are there`() async throws {
        let larder = try await Larder(.ttl("1s"))
        await #expect(throws: RecordNotFoundError.self) { try await larder.items.touch("a") }
        await #expect(throws: RecordNotFoundError.self) { try await larder.items.persist("a") }
        #expect(throws: RecordNotFoundError.self) { try larder.items.ttl(of: "a") }
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(1))
        #expect(throws: RecordNotFoundError.self) { try larder.items.ttl(of: "a") }
    }

    @Test func `free the key at their instant`() async throws {
        let larder = try await Larder(.ttl("1s"))
        try await larder.insert("a")
        larder.clock.advance(by: .milliseconds(999))
        #expect(try larder.keys == ["a"])
        larder.clock.advance(by: .milliseconds(1))
        try await larder.insert("a")
        #expect(try larder.keys == ["a"])
        #expect(larder.departures == ["-a expired"])
    }
}
