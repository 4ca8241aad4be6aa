import StoreCore
import StoreTesting
import Testing

@Suite struct `Store lifecycle` {
    @Test func `a store starts without any option and is empty`() async throws {
        let store = try await Store.start()
        #expect(store.position == .start)
        #expect(store.buckets.isEmpty)
        #expect(store.health.state == .running)
    }

    @Test func `a store without a name gets a number, and the next one a greater one`() async throws
    {
        let names = [try await Store.start().name, try await Store.start().name]
        let numbers = try names.map { try #require(Int($0.dropFirst("store-".count))) }
        #expect(names.allSatisfy { $0.hasPrefix("store-") })
        #expect(numbers[0] >= 1 && numbers[0] < numbers[1])
    }

    @Test func `a store keeps the name that it was given`() async throws {
        #expect(try await Store.start("shop").name == "shop")
    }

    @Test func `stores live side by side, even under one name`() async throws {
        let one = try await Depot.filled("ab")
        let other = try await Depot()
        #expect(one.store.name == other.store.name)
        #expect(try one.items.count() == 2)
        #expect(try other.items.count() == 0)
        #expect(other.store.position == Position(1))
    }

    @Test func `an option that throws makes the start fail as it is`() async {
        await #expect(throws: Refusal(note: "option")) {
            try await Store.start(nil, StoreOption { _ in throw Refusal(note: "option") })
        }
    }

    @Test func `a store can be stopped right after its start`() async throws {
        let store = try await Store.start()
        await store.stop()
        #expect(store.isStopped)
    }

    @Test func `stopping again does nothing`() async throws {
        let journal = Journal()
        let store = try await Store.start(nil, .component(ProbeComponent("one", journal)))
        await store.stop()
        await store.stop()
        #expect(journal.lines == ["one started", "one stopped"])
        #expect(store.health.state == .stopped)
    }

    @Test func `stopping from many tasks at once stops each component once`() async throws {
        let journal = Journal()
        let store = try await Store.start(nil, .component(ProbeComponent("one", journal)))
        await withTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    await store.stop()
                    #expect(journal.lines.contains("one stopped"), "not before all has ended")
                }
            }
        }
        #expect(journal.lines == ["one started", "one stopped"])
    }

    @Test func `stop lets go of observers and gates`() async throws {
        let depot = try await Depot()
        weak var observer: RecordingObserver?
        weak var gate: ShutterGate?
        do {
            let kept = (RecordingObserver(), ShutterGate())
            (observer, gate) = kept
            _ = try await depot.store.attach(kept.0)
            try await depot.store.add(kept.1)
        }
        #expect(observer != nil && gate != nil)
        await depot.store.stop()
        #expect(observer == nil && gate == nil)
    }

    @Test func `a snapshot that is held stays readable after stop`() async throws {
        let depot = try await Depot.filled("ab")
        let snapshot = try depot.store.snapshot()
        await depot.store.stop()
        #expect(try snapshot.bucket("items").count() == 2)
    }

    @Test func `a store that is let go without stop leaves nothing running`() async throws {
        let journal = Journal()
        weak var store: Store?
        do {
            let depot = try await Depot.filled("ab", [.component(ProbeComponent("one", journal))])
            _ = try await depot.store.attach(RecordingObserver())
            store = depot.store
        }
        #expect(store == nil)
        await journal.awaits("one stopped")
    }

    @Test func `a lazy pin and a handle keep their store; a snapshot and a registration do not`()
        async throws
    {
        weak var store: Store?
        var pin: LazyPin?
        var held: (registration: ObserverRegistration, snapshot: Snapshot)?
        do {
            let depot = try await Depot.filled("ab")
            store = depot.store
            pin = try depot.store.lazyPin()
            held = try await depot.store.attach(RecordingObserver())
        }
        #expect(store != nil && pin != nil)
        pin = nil
        #expect(store == nil)
        #expect(try held?.snapshot.bucket("items").count() == 2)
        held?.registration.cancel()
    }
}
