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

    @Test func `a component that has ended with its store is found, and none is added`()
        async throws
    {
        let probe = ProbeComponent("probe")
        let store = try await Store.start(nil, .component(probe))
        await store.stop()
        #expect(store.component(named: "probe") === probe)
        #expect(store.component(named: "other") == nil)
        #expect(store.health.components.isEmpty)
        for name in ["probe", "other"] {
            #expect(throws: StoreError(.stopped)) {
                try store.component(named: name) { ProbeComponent(name) }
            }
        }
    }

    @Test func `a component that has ended goes with its store`() async throws {
        weak var probe: ProbeComponent?
        do {
            let store = try await Store.start()
            try await store.addComponent(ProbeComponent("probe"))
            probe = store.component(named: "probe") as? ProbeComponent
            await store.stop()
            #expect(probe != nil)
        }
        #expect(probe == nil)
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

@Suite struct `Components that add one another in their starts` {
    /// Starts components `0`, `1`, … from a task each, of which each adds the next and the last adds the first.
    private static func lines(
        of count: Int, through asks: Asking
    ) async throws -> [String] {
        let depot = try await Depot()
        let gate = Journal()
        let journal = Journal()
        let tasks = (0..<count).map { number in
            let component = LinkedStarter(
                number, next: (number + 1) % count, asks, gate: gate, journal)
            return Task(executorPreference: InlineExecutor.shared) {
                try await depot.store.addComponent(component)
            }
        }
        // All are starting; one after another they come to wait for the next, up to the last.
        for number in 0..<count { gate.note("go \(number)") }
        let lines = journal.lines
        // Frees those that would wait for ever.
        await depot.store.stop()
        for task in tasks { _ = await task.result }
        return lines
    }

    @Test(arguments: [1, 2, 3, 10], Asking.allCases)
    func `start all, the last without a wait for the first`(
        count: Int, asks: Asking
    ) async throws {
        let lines = try await Self.lines(of: count, through: asks)
        #expect(lines == (0..<count).reversed().map { "\($0) started" })
    }

    @Test func `wait for a start that waits for nobody of them`() async throws {
        let depot = try await Depot()
        let gate = Journal()
        let journal = Journal()
        let slow = LinkedStarter(1, next: 2, .byItself, gate: gate, journal)
        let first = LinkedStarter(0, next: 1, .byItself, gate: gate, journal)
        let tasks = [slow, first].map { component in
            Task(executorPreference: InlineExecutor.shared) {
                try await depot.store.addComponent(component)
            }
        }
        gate.note("go 0")
        #expect(journal.lines.isEmpty)
        gate.note("go 1")
        for task in tasks { try await task.value }
        #expect(journal.lines == ["1 started", "0 started"])
    }
}

/// How a component asks for another.
enum Asking: CaseIterable {
    case byItself, byDefinition
}

/// A component whose start waits for its turn, and then asks for the next component.
private final class LinkedStarter: StoreComponent {
    let name: String
    private let number: Int
    private let next: Int
    private let asks: Asking
    private let gate: Journal
    private let journal: Journal

    init(_ number: Int, next: Int, _ asks: Asking, gate: Journal, _ journal: Journal) {
        name = "linked \(number)"
        self.number = number
        self.next = next
        self.asks = asks
        self.gate = gate
        self.journal = journal
    }

    func start(on store: Store) async throws {
        await gate.awaits("go \(number)")
        let next = ProbeComponent("linked \(next)")
        switch asks {
        case .byItself: try await store.addComponent(next)
        case .byDefinition:
            try await store.defineBucket(
                "bucket \(number)", key: "id", schema: ["id": .string],
                .requiring(next.name) { next })
        }
        journal.note("\(number) started")
    }

    func stop() async {}
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
