import StoreCore
import StoreTesting
import Testing

@Suite struct `Components of faulty definitions` {
    @Test func `a component whose start fails makes the definition fail, and the name is free`()
        async throws
    {
        let depot = try await Depot()
        let error = try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.shelf(
                "b",
                .requiring("probe") { ProbeComponent("probe", failing: Refusal(note: "start")) })
        }
        #expect(error == Refusal(note: "start"))
        #expect(depot.store.component(named: "probe") == nil)
        let journal = Journal()
        _ = try await depot.shelf("b", .requiring("probe") { ProbeComponent("probe", journal) })
        #expect(journal.lines == ["probe started"])
    }

    @Test func `a definition that a gate refuses leaves no component running`() async throws {
        let gate = ShutterGate()
        let depot = try await Depot([.gate(gate)])
        let journal = Journal()
        gate.shut()
        for _ in 0..<2 {
            try await expectRefusal(Refusal.self, by: depot.store) {
                try await depot.shelf(
                    "b", .requiring("one") { ProbeComponent("one", journal) },
                    .requiring("two") { ProbeComponent("two", journal) })
            }
        }
        let round = ["one started", "two started", "two stopped", "one stopped"]
        #expect(journal.lines == round + round)
    }

    @Test func `a component that somebody else relies on goes on`() async throws {
        let gate = ShutterGate()
        let journal = Journal()
        let depot = try await Depot([.gate(gate)])
        let option = BucketOption.requiring("probe") { ProbeComponent("probe", journal) }
        _ = try await depot.shelf("a", option)
        gate.shut()
        try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.shelf("b", option)
        }
        #expect(journal.lines == ["probe started"])
    }

    @Test func `a definition where writes are forbidden starts no component`() async throws {
        let depot = try await Depot()
        let journal = Journal()
        try await StoreContext.with({ $0.writesForbidden = "in a test" }) {
            try await expectRefusal(.writesForbidden("in a test"), by: depot.store) {
                try await depot.shelf("b", .requiring("probe") { ProbeComponent("probe", journal) })
            }
        }
        #expect(journal.lines.isEmpty)
    }

    @Test func `definitions at once share one component, and none exists before it has started`()
        async throws
    {
        let depot = try await Depot()
        let journal = Journal()
        let option = BucketOption.requiring("probe") { ProbeComponent("probe", journal) }
        try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    _ = try await depot.shelf("b\(number)", option)
                    #expect(journal.lines == ["probe started"])
                }
            }
            try await group.waitForAll()
        }
        #expect(depot.store.component(named: "probe") != nil)
    }

    @Test func `a definition waits for a start that another has begun`() async throws {
        let depot = try await Depot()
        let slow = SlowStarter()
        let first = Task(executorPreference: InlineExecutor.shared) {
            try await depot.shelf("first", .requiring("slow") { slow })
        }
        let second = Task(executorPreference: InlineExecutor.shared) {
            try await depot.shelf("second", .requiring("slow") { SlowStarter() })
        }
        #expect(depot.store.buckets.map(\.name) == ["items"])
        slow.gate.note("go")
        _ = try await (first.value, second.value)
        #expect(depot.store.component(named: "slow") === slow)
    }

    @Test func `a component may define buckets that ask for it in its own start`() async throws {
        let depot = try await Depot()
        let definer = SelfDefiner()
        try await depot.store.addComponent(definer)
        #expect(depot.store.buckets.map(\.name) == ["items", "own"])
    }
}

private final class SlowStarter: StoreComponent {
    let name = "slow"
    let gate = Journal()
    func start(on store: Store) async throws { await gate.awaits("go") }
    func stop() async {}
}

private final class SelfDefiner: StoreComponent {
    let name = "definer"
    func start(on store: Store) async throws {
        try await store.defineBucket(
            "own", key: "id", schema: ["id": .string], .requiring("definer") { SelfDefiner() })
    }
    func stop() async {}
}
