import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `The sweeper` {
    @Test func `deletes a record at its deadline, with its last value`() async throws {
        let larder = try await Larder(.ttl("60s"))
        try await larder.items.insert(["id": "a", "n": 7])
        larder.clock.advance(by: .seconds(60))
        await larder.until { larder.departures == ["-a expired"] }
        let commit = try #require(larder.recorder.commits.last)
        #expect(commit.causation?.chain.map(\.label) == ["expiry"])
        #expect(commit.records.first?.old?["n"] == 7)
        #expect(larder.statistic("swept") == 1)
    }

    @Test func `sleeps from one deadline to the next`() async throws {
        let larder = try await Larder(.ttl("60s"))
        await larder.until { larder.statistic("looks") == 1 }
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(10))
        await larder.until { larder.statistic("looks") == 2 && larder.clock.sleeperCount == 1 }
        try await larder.insert("b", "c")
        for _ in 0..<49 {
            larder.clock.advance(by: .seconds(1))
            await Task.yield()
        }
        #expect(larder.statistic("looks") == 2)
        larder.clock.advance(by: .seconds(1))
        await larder.until { larder.departures == ["-a expired"] }
        await larder.until { larder.statistic("looks") == 3 && larder.clock.sleeperCount == 1 }
        #expect(larder.statistic("nextDeadline") == .date(larder.clock.now + .seconds(10)))
        larder.clock.advance(by: .seconds(10))
        await larder.until { larder.departures.count == 3 }
        #expect(larder.statistic("looks") == 4)
    }

    @Test func `is woken by a nearer deadline`() async throws {
        let larder = try await Larder(.ttl("60s"))
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(1))
        await larder.until {
            larder.statistic("nextDeadline") != nil && larder.clock.sleeperCount == 1
        }
        try await larder.items.insert(["id": "b"], expiresIn: .seconds(5))
        larder.clock.advance(by: .seconds(5))
        await larder.until { larder.departures == ["-b expired"] }
    }

    @Test func `sweeps what is overdue once more when a store settles`() async throws {
        let larder = try await Larder(.ttl("60s"))
        try await larder.insert("a", "b")
        larder.clock.advance(by: .days(400))
        try await larder.store.settle()
        #expect(larder.departures == ["-a expired", "-b expired"])
    }

    @Test func `is turned off by an interval of zero`() async throws {
        let larder = try await Larder(.ttl("60s"), store: [.expiry(checkInterval: .zero)])
        try await larder.insert("a", "b")
        larder.clock.advance(by: .seconds(60))
        try await larder.store.settle()
        #expect(larder.clock.sleeperCount == 0)
        #expect(try larder.items.storedCount() == 2)
        #expect(try larder.keys == [])
        #expect(try await larder.store.purgeExpired() == 2)
        #expect(try await larder.store.purgeExpired() == 0)
        #expect(try larder.items.storedCount() == 0)
    }

    @Test func `lets the interval pass between two sweeps`() async throws {
        let larder = try await Larder(
            .ttl("60s"), store: [.expiry(checkInterval: .seconds(30))])
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(60))
        await larder.until { larder.departures.count == 1 && larder.clock.sleeperCount == 0 }
        try await larder.items.insert(["id": "b"], expiresIn: .seconds(1))
        await larder.until { larder.clock.sleeperCount == 1 }
        larder.clock.advance(by: .seconds(29))
        #expect(larder.departures.count == 1)
        larder.clock.advance(by: .seconds(1))
        await larder.until { larder.departures.count == 2 }
    }

    @Test func `goes in slices`() async throws {
        let larder = try await Larder(.ttl("60s"))
        try await larder.items.insertMany((0..<2_500).map { ["id": .string("\($0)")] })
        larder.clock.advance(by: .seconds(60))
        try await larder.store.settle()
        let sizes = larder.recorder.commits.map(\.records.count).filter { $0 > 0 }
        #expect(sizes.first == 2_500)
        #expect(sizes.dropFirst().reduce(0, +) == 2_500)
        #expect(sizes.dropFirst().allSatisfy { $0 <= 256 })
    }

    @Test func `sweeps other buckets where one is refused, and goes on trying that`() async throws {
        let larder = try await Larder(.ttl("60s"))
        let gate = OneBucketGate("items")
        let others = try await larder.store.defineBucket(
            "others", key: "id", schema: Larder.schema, .ttl("60s"))
        try await larder.insert("a")
        try await others.insert(["id": "b"])
        try await larder.store.add(gate)
        larder.clock.advance(by: .seconds(60))
        await larder.until { larder.departures == ["-b expired"] }
        await larder.until { !larder.store.health.isHealthy }
        await #expect(throws: OneBucketGate.Refusal.self) {
            try await larder.store.purgeExpired()
        }
        gate.open()
        await larder.until { larder.clock.sleeperCount == 1 }
        larder.clock.advance(by: .seconds(1))
        await larder.until { larder.departures.count == 2 }
        await larder.until { larder.store.health.isHealthy }
    }

    @Test func `finds what expired while the store was down`() async throws {
        let before = try await Larder(.ttl("60s"))
        try await before.insert("a", "b")
        try await before.items.persist("b")
        let loader = try OneBucket(before)
        let clock = ManualClock(start: before.clock.now + .days(1))
        let store = try await Store.start(
            "larder", .clock(clock), .expiry(), StoreOption { $0.loader = loader })
        await before.until {
            store.component(named: "expiry")?.statistics["looks"] == 1
        }
        let items = try await store.defineBucket(
            "items", key: "id", schema: Larder.schema, .ttl("60s"))
        #expect(try items.all().map(\.key) == ["b"])
        clock.advance(by: .milliseconds(10))
        try await before.until { try items.storedCount() == 1 }
    }

    @Test func `takes a recovered clock for what it shows`() async throws {
        let before = try await Larder(.ttl("60s"))
        try await before.insert("a")
        let loader = try OneBucket(before)
        // The clock has been set back by a day meanwhile.
        let clock = ManualClock(start: before.clock.now - .days(1))
        let store = try await Store.start(
            "larder", .clock(clock), .expiry(), StoreOption { $0.loader = loader })
        let items = try await store.defineBucket(
            "items", key: "id", schema: Larder.schema, .ttl("60s"))
        #expect(try items.ttl(of: "a") == .seconds(60))
        clock.advance(by: .days(1) + .seconds(60))
        try await store.settle()
        #expect(try items.storedCount() == 0)
    }

    @Test func `ends with its store`() async throws {
        let larder = try await Larder(.ttl("60s"))
        try await larder.insert("a")
        await larder.until { larder.clock.sleeperCount == 1 }
        await larder.store.stop()
        await larder.until { larder.clock.sleeperCount == 0 }
        #expect(throws: StoreError.self) { try larder.items.ttl(of: "a") }
    }

    @Test func `forgets a bucket that is dropped`() async throws {
        let larder = try await Larder(.ttl("60s"))
        try await larder.insert("a")
        try await larder.store.dropBucket("items")
        larder.clock.advance(by: .minutes(2))
        try await larder.store.settle()
        #expect(larder.store.health.isHealthy)
    }
}
