import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `A limit under attack` {
    private func full(_ eviction: Eviction = .oldest) async throws -> Larder {
        let larder = try await Larder(.maxSize(2, evict: eviction))
        try await larder.insert("a", "b")
        return larder
    }

    @Test func `what a commit deletes and inserts again keeps its age`() async throws {
        let larder = try await full()
        try await larder.store.write { tx in
            let items = try tx[larder.items]
            try items.delete("a")
            try items.insert(["id": "a", "n": 1])
            try items.insert(["id": "c"])
        }
        #expect(try larder.keys == ["b", "c"])
        #expect(larder.departures == ["-a evicted"])
    }

    @Test(arguments: [Eviction.oldest, .leastRecentlyUsed])
    func `a victim may be what the same commit updates`(eviction: Eviction) async throws {
        let larder = try await full(eviction)
        try await larder.store.write { tx in
            let items = try tx[larder.items]
            try items.update("a", ["n": 5])
            try items.update("b", ["n": 6])
            try items.insertMany((0..<4).map { ["id": .string("\($0)")] })
        }
        #expect(try larder.keys == ["2", "3"])
        #expect(Set(larder.departures) == ["-a evicted", "-b evicted"])
    }

    @Test func `a policy that inserts for every eviction comes to an end`() async throws {
        struct Again: WritePolicy {
            func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] {
                context.changes.compactMap { change in
                    change.kind == .deleted
                        ? .insert(
                            bucket: "items", ["id": .string((change.key.value.string ?? "") + "x")])
                        : nil
                }
            }
        }
        let larder = try await Larder(.maxSize(2), BucketOption { $0.add(Again()) })
        try await larder.insert("a", "b")
        _ = try? await larder.insert("c")
        #expect(try larder.items.storedCount() <= 2)
    }

    @Test func `a policy that inserts again what has expired does not keep a purge busy for ever`()
        async throws
    {
        struct Again: WritePolicy {
            func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] {
                context.changes.compactMap { change in
                    change.kind == .deleted
                        ? .insert(bucket: "items", ["id": change.key.value]) : nil
                }
            }
        }
        let larder = try await Larder(
            .ttl("60s"), BucketOption { $0.add(Again()) }, store: [.expiry(checkInterval: .zero)])
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(60))
        _ = try? await larder.store.purgeExpired()
        _ = try? larder.keys
    }

    @Test func `reads from many threads and writes beside them keep the count`() async throws {
        let larder = try await Larder(.maxSize(50, evict: .leastRecentlyUsed), .slidingTTL("60s"))
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for step in 0..<300 {
                        if worker < 2 {
                            _ = try? await larder.items.upsert([
                                "id": .string("\((step * 7 + worker) % 90)"), "n": 1,
                            ])
                            if step.isMultiple(of: 10) { larder.clock.advance(by: .seconds(7)) }
                        } else {
                            _ = try? larder.items.get("\((step * 13) % 90)")
                            _ = try? larder.items.count()
                        }
                    }
                }
            }
        }
        #expect(try larder.items.storedCount() <= 50)
        #expect(try larder.items.count() == larder.items.all().count)
        try await larder.store.settle()
        #expect(larder.store.health.isHealthy)
    }
}
