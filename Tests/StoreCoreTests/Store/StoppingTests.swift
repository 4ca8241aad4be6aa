import StoreCore
import StoreTesting
import Testing

@Suite struct `Stopping` {
    /// Begins to stop `store`; returns once the call is under way.
    private func beginStop(_ store: Store, _ journal: Journal = Journal()) -> Task<Void, Never> {
        Task(executorPreference: InlineExecutor.shared) {
            await store.stop()
            journal.note("store stopped")
        }
    }

    @Test func `others are refused before the first component stops, and it may still write`()
        async throws
    {
        let journal = Journal()
        let depot = try await Depot([.component(ProbeComponent("log", journal))])
        let last = GatedComponent("last", journal) {
            try await depot.items.insert(["name": "x", "id": "last"])
        }
        last.gate.note("start")
        try await depot.store.addComponent(last)
        let stopping = beginStop(depot.store, journal)
        await journal.awaits("last stopping")
        try await expectRefusal(.stopped, by: depot.store) {
            try await depot.items.insert(Depot.record("mine"))
        }
        try await expectRefusal(.stopped, by: depot.store) { try await depot.shelf() }
        try await expectRefusal(.stopped, by: depot.store) {
            try await depot.store.exclusively {}
        }
        try await expectRefusal(.stopped, by: depot.store) {
            try await depot.store.attach(RecordingObserver())
        }
        #expect(try depot.keys.isEmpty, "reads go on")
        last.gate.note("stop")
        await stopping.value
        #expect(
            journal.lines.suffix(4) == [
                "last wrote", "last stopped", "log stopped", "store stopped",
            ])
        #expect(depot.store.position == Position(2))
    }

    @Test func `a component that does not end is left behind, and named`() async throws {
        let journal = Journal()
        let stuck = GatedComponent("stuck", journal)
        stuck.gate.note("start")
        let depot = try await Depot([
            .waitLimit(.milliseconds(1)), .component(ProbeComponent("log", journal)),
            .component(stuck),
        ])
        await depot.store.stop()
        #expect(journal.lines == ["log started", "stuck started", "stuck stopping", "log stopped"])
        let health = depot.store.health
        #expect(health.state == .stopped)
        #expect(health.components.map(\.name) == ["stuck"])
        #expect("\(health.components)".contains("was left behind"))
        stuck.gate.note("stop")
    }

    @Test func `an exclusive turn that does not end is ended, and those behind it are refused`()
        async throws
    {
        let depot = try await Depot([.waitLimit(.milliseconds(1))])
        let gate = Gate()
        let body = Task.detached {
            try await depot.store.exclusively {
                await gate.pass()
                try await depot.items.insert(Depot.record("late"))
            }
        }
        await gate.isReached()
        let waiting = Task.detached(executorPreference: InlineExecutor.shared) {
            _ = try await depot.items.insert(Depot.record("waiting"))
        }
        await depot.store.stop()
        await #expect(throws: StoreError(.stopped)) { try await waiting.value }
        #expect("\(depot.store.health.components)".contains("an exclusive turn had not ended"))
        await gate.open()
        await #expect(throws: StoreError(.stopped)) { try await body.value }
    }

    @Test func `a component's tasks may write while it stops`() async throws {
        let depot = try await Depot()
        let worker = WorkingComponent(depot.items)
        try await depot.store.addComponent(worker)
        await depot.store.stop()
        #expect(worker.journal.lines == ["written"])
    }

    @Test func `a component that starts while the store stops is stopped once it has started`()
        async throws
    {
        let journal = Journal()
        let depot = try await Depot([.component(ProbeComponent("log", journal))])
        let slow = GatedComponent("slow", journal)
        let adding = Task(executorPreference: InlineExecutor.shared) {
            try await depot.store.addComponent(slow)
        }
        try await depot.store.addComponent(ProbeComponent("late", journal))
        let stopping = beginStop(depot.store, journal)
        await journal.awaits("late stopped")
        #expect(depot.store.component(named: "slow") == nil)
        slow.gate.note("stop")
        slow.gate.note("start")
        await #expect(throws: StoreError(.stopped)) { try await adding.value }
        await stopping.value
        #expect(
            journal.lines == [
                "log started", "late started", "late stopped", "slow started", "slow stopping",
                "slow stopped", "log stopped", "store stopped",
            ])
    }

    @Test func `a component whose start fails while the store stops is not stopped`() async throws {
        let journal = Journal()
        let depot = try await Depot()
        let slow = GatedComponent("slow", journal, failing: Refusal(note: "start"))
        let adding = Task(executorPreference: InlineExecutor.shared) {
            try await depot.store.addComponent(slow)
        }
        try await depot.store.addComponent(ProbeComponent("late", journal))
        let stopping = beginStop(depot.store)
        await journal.awaits("late stopped")
        slow.gate.note("start")
        await #expect(throws: Refusal(note: "start")) { try await adding.value }
        await stopping.value
        #expect(journal.lines == ["late started", "late stopped"])
    }

    @Test func `the end waits for a component that a failed definition is stopping`() async throws {
        let gate = ShutterGate()
        let journal = Journal()
        let depot = try await Depot([.gate(gate)])
        let slow = GatedComponent("slow", journal)
        slow.gate.note("start")
        gate.shut()
        let defining = Task(executorPreference: InlineExecutor.shared) {
            try await depot.shelf("b", .requiring("slow") { slow })
        }
        await journal.awaits("slow stopping")
        let stopping = beginStop(depot.store, journal)
        slow.gate.note("stop")
        await stopping.value
        await #expect(throws: Refusal.self) { try await defining.value }
        #expect(journal.lines.suffix(2) == ["slow stopped", "store stopped"])
    }

    @Test func `who has the turn may stop a store that another stops already`() async throws {
        let depot = try await Depot.filled("a")
        let other = try await depot.store.exclusively {
            // Detached, so that it has not inherited the turn.
            let other = Task.detached(executorPreference: InlineExecutor.shared) {
                await depot.store.stop()
            }
            try await depot.items.insert(Depot.record("b"))
            await depot.store.stop()
            #expect(depot.store.isStopped)
            await #expect(throws: StoreError(.stopped)) { try await depot.items.delete("a") }
            return other
        }
        await other.value
        #expect(depot.store.position == Position(3))
    }

    @Test func `tasks that share a turn may all stop the store`() async throws {
        let depot = try await Depot()
        try await depot.store.exclusively {
            await withTaskGroup { group in
                for _ in 0..<8 { group.addTask { await depot.store.stop() } }
            }
        }
        #expect(depot.store.isStopped)
    }

    @Test func `what the caller is forbidden is not forbidden to the components`() async throws {
        let depot = try await Depot()
        let journal = Journal()
        let last = GatedComponent("last", journal) {
            try await depot.items.insert(Depot.record("last"))
        }
        last.gate.note("start")
        last.gate.note("stop")
        try await depot.store.addComponent(last)
        await StoreContext.with({ $0.writesForbidden = "in a test" }) { await depot.store.stop() }
        #expect(journal.lines.contains("last wrote"), "\(journal.lines)")
    }

    @Test(arguments: ["start", "stop"])
    func `a component may ask for the end in its own start and stop`(when: String) async throws {
        let depot = try await Depot()
        let asking = AskingComponent(depot.store, when)
        // It throws if the end has come before the start has returned, and may not otherwise.
        do { try await depot.store.addComponent(asking) } catch is StoreError {}
        await depot.store.stop()
        #expect(asking.journal.lines == ["asked", "stopped"])
    }

    @Test func `a store that is poisoned while it stops refuses its components too`() async throws {
        let depot = try await Depot()
        let journal = Journal()
        let last = GatedComponent("last", journal) {
            await depot.store.poison()
            return try await depot.items.insert(Depot.record("last"))
        }
        last.gate.note("start")
        last.gate.note("stop")
        try await depot.store.addComponent(last)
        await depot.store.stop()
        #expect(!journal.lines.contains("last wrote"))
        #expect(depot.store.position == Position(1))
        #expect(depot.store.health.state == .stopped)
    }
}

/// A component that starts and stops when it is let, and does something last.
private final class GatedComponent: StoreComponent {
    let name: String
    let gate = Journal()
    private let journal: Journal
    private let failure: Refusal?
    private let last: @Sendable () async throws -> Record?

    init(
        _ name: String, _ journal: Journal, failing failure: Refusal? = nil,
        last: @escaping @Sendable () async throws -> Record? = { nil }
    ) {
        self.name = name
        self.journal = journal
        self.failure = failure
        self.last = last
    }

    func start(on store: Store) async throws {
        await gate.awaits("start")
        if let failure { throw failure }
        journal.note("\(name) started")
    }

    func stop() async {
        journal.note("\(name) stopping")
        await gate.awaits("stop")
        do {
            if try await last() != nil { journal.note("\(name) wrote") }
        } catch {
            journal.note("\(name): \(error)")
        }
        journal.note("\(name) stopped")
    }
}

/// A component whose task writes once more when it is stopped.
private final class WorkingComponent: StoreComponent {
    let name = "worker"
    let journal = Journal()
    private let gate = Journal()
    private let items: DynamicBucket

    init(_ items: DynamicBucket) { self.items = items }

    func start(on store: Store) async throws {
        Task { [self] in
            await gate.awaits("stop")
            do {
                try await items.insert(Depot.record("first"))
                journal.note("written")
            } catch {
                journal.note("\(error)")
            }
            gate.note("stopped")
        }
    }

    func stop() async {
        gate.note("stop")
        await gate.awaits("stopped")
    }
}

/// A component that stops its store itself.
private final class AskingComponent: StoreComponent {
    let name = "asking"
    let journal = Journal()
    private unowned let store: Store
    private let when: String

    init(_ store: Store, _ when: String) {
        self.store = store
        self.when = when
    }

    private func ask(_ now: String) async {
        guard now == when else { return }
        await store.stop()
        journal.note("asked")
    }

    func start(on store: Store) async throws { await ask("start") }

    func stop() async {
        await ask("stop")
        journal.note("stopped")
    }
}
