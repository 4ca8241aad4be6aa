import StoreCore
import StoreTesting
import Testing

@Suite struct `Components` {
    @Test func `components start in order and stop in reverse`() async throws {
        let journal = Journal()
        let store = try await Store.start(
            nil, ["one", "two", "three"].map { .component(ProbeComponent($0, journal)) })
        await store.stop()
        #expect(
            journal.lines == [
                "one started", "two started", "three started", "three stopped", "two stopped",
                "one stopped",
            ])
    }

    @Test func `a component that fails to start fails the store's start, and those before it stop`()
        async throws
    {
        let journal = Journal()
        await #expect(throws: Refusal(note: "no")) {
            try await Store.start(
                nil, .component(ProbeComponent("one", journal)),
                .component(ProbeComponent("two", journal, failing: Refusal(note: "no"))),
                .component(ProbeComponent("three", journal)))
        }
        #expect(journal.lines == ["one started", "one stopped"])
    }

    @Test func `a component whose name is taken is not added`() async throws {
        let journal = Journal()
        let store = try await Store.start(nil, .component(ProbeComponent("one", journal)))
        try await store.addComponent(ProbeComponent("one", journal))
        #expect(journal.lines == ["one started"])
    }

    @Test func `a component is found by its name`() async throws {
        let probe = ProbeComponent("probe")
        let store = try await Store.start(nil, .component(probe))
        #expect(store.component(named: "probe") === probe)
        #expect(store.component(named: "other") == nil)
    }

    @Test func `a component can still write while it stops`() async throws {
        let depot = try await Depot()
        let last = LastWriter(depot.items)
        try await depot.store.addComponent(last)
        await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { await depot.store.stop() } }
        }
        #expect(last.outcome.lines == ["written"])
    }
}

/// A component that writes once more when it is stopped.
private final class LastWriter: StoreComponent {
    let name = "last writer"
    let outcome = Journal()
    private let bucket: DynamicBucket

    init(_ bucket: DynamicBucket) { self.bucket = bucket }

    func start(on store: Store) async throws {}

    func stop() async {
        for _ in 0..<64 { await Task.yield() }
        do {
            try await bucket.insert(["id": "last", "name": "last"])
            outcome.note("written")
        } catch {
            outcome.note("\(error)")
        }
    }
}
