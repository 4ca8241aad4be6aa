import StoreCore
import StoreTesting
import Testing

@Suite struct `The exclusive turn` {
    /// Starts a write that has no part in the current turn, up to its first suspension.
    private func begin(
        _ body: @escaping @Sendable () async throws -> some Any
    ) -> Task<Void, any Error> {
        Task.detached(executorPreference: InlineExecutor.shared) { _ = try await body() }
    }

    @Test func `writers that arrive wait until the turn is over, in order of arrival`() async throws
    {
        let depot = try await Depot()
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        let waiting = try await depot.store.exclusively {
            let waiting = "abcde".map { key in
                begin { try await depot.items.insert(Depot.record("\(key)")) }
            }
            try await depot.items.insert(Depot.record("first"))
            try await depot.items.insert(Depot.record("second"))
            #expect(try depot.keys == ["first", "second"])
            return waiting
        }
        for task in waiting { try await task.value }
        #expect(observer.changes.map(\.key) == ["first", "second", "a", "b", "c", "d", "e"])
    }

    @Test func `who waits for it may be cancelled, or give up at a deadline`() async throws {
        let depot = try await Depot()
        let (cancelled, late) = try await depot.store.exclusively {
            let cancelled = begin { try await depot.store.exclusively {} }
            let late = begin {
                try await depot.store.exclusively(
                    by: depot.store.now + .seconds(5), orThrow: Refusal(note: "late")
                ) {}
            }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            while depot.clock.sleeperCount == 0 { await Task.yield() }
            depot.clock.advance(by: .seconds(5))
            await #expect(throws: Refusal(note: "late")) { try await late.value }
            return (cancelled, late)
        }
        withExtendedLifetime((cancelled, late)) {}
        // The turn is passed over those who have left.
        try await depot.store.exclusively { _ = try await depot.items.insert(Depot.record("a")) }
        try await depot.items.insert(Depot.record("b"))
    }

    @Test func `it ends at its deadline, even if its body goes on`() async throws {
        let clock = ManualClock()
        let depot = try await Depot([.clock(clock)])
        let gate = Gate()
        let body = Task.detached {
            try await depot.store.exclusively(by: clock.now + .seconds(1)) { await gate.pass() }
        }
        await gate.isReached()
        let writing = begin { try await depot.items.insert(Depot.record("a")) }
        clock.advance(by: .seconds(1))
        try await writing.value
        await gate.open()
        try await body.value
        #expect(try depot.keys == ["a"])
    }

    @Test func `reads go on meanwhile`() async throws {
        let depot = try await Depot.filled("a")
        try await depot.store.exclusively {
            let record = try await Task.detached { try depot.items.get("a") }.value
            #expect(record?.version == 1)
        }
    }

    @Test func `every kind of write belongs to the turn`() async throws {
        let depot = try await Depot()
        try await depot.store.exclusively {
            try await depot.items.insert(Depot.record("a"))
            try await depot.store.write { _ = try $0.bucket("items").insert(Depot.record("b")) }
            try await depot.items.insertMany((0..<300).map { Depot.record("k\($0)") })
            _ = try await depot.shelf()
            try await depot.store.exclusively { _ = try await depot.items.clear() }
        }
        #expect(try depot.items.count() == 0)
    }

    @Test func `what the body throws is thrown, and the turn is passed on`() async throws {
        let depot = try await Depot()
        await #expect(throws: Refusal(note: "body")) {
            try await depot.store.exclusively { throw Refusal(note: "body") }
        }
        try await depot.items.insert(Depot.record("a"))
    }

    @Test func `a task that outlives its turn waits like anybody else`() async throws {
        let depot = try await Depot()
        let released = Journal()
        let late = try await depot.store.exclusively {
            Task(executorPreference: InlineExecutor.shared) {
                await released.awaits("go")
                try await depot.items.insert(Depot.record("late"))
            }
        }
        try await depot.store.exclusively {
            released.note("go")
            #expect(try depot.items.count() == 0)
            try await depot.items.insert(Depot.record("mine"))
        }
        _ = try await late.value
        #expect(try depot.keys == ["mine", "late"])
    }

    @Test func `a writer cancelled while it waits still writes`() async throws {
        let depot = try await Depot()
        let task = try await depot.store.exclusively {
            let task = begin { try await depot.items.insert(Depot.record("a")) }
            task.cancel()
            return task
        }
        try await task.value
        #expect(try depot.keys == ["a"])
    }

    @Test func `a store may be stopped by who has its turn`() async throws {
        let store = try await Depot().store
        try await store.exclusively { await store.stop() }
        #expect(store.isStopped)
    }

    @Test func `a turn in one store is none in another`() async throws {
        let one = try await Depot()
        let other = try await Depot()
        try await one.store.exclusively {
            let task = try await other.store.exclusively {
                let task = begin { try await other.items.insert(Depot.record("later")) }
                try await other.items.insert(Depot.record("a"))
                try await one.items.insert(Depot.record("a"))
                return task
            }
            try await task.value
        }
        #expect(try other.keys == ["a", "later"])
    }

    @Test func `the turns of many tasks never overlap`() async throws {
        let depot = try await Depot.filled("a")
        let inside = Journal()
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    try await depot.store.exclusively {
                        inside.note("in")
                        let rank = try depot.items.get("a")?["rank"].int ?? 0
                        await Task.yield()
                        try await depot.items.update("a", ["rank": .integer(Int64(rank + 1))])
                        inside.note("out")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try depot.items.get("a")?["rank"] == 20)
        #expect(inside.lines == (0..<40).map { $0.isMultiple(of: 2) ? "in" : "out" })
    }
}
