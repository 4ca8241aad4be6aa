import StoreCore
import StoreTesting
import Synchronization
import Testing

@Suite struct `Settling` {
    @Test func `settling drains every component through the current position`() async throws {
        let journal = Journal()
        let depot = try await Depot.filled(
            "ab",
            ["one", "two"].map { name in
                .component(ProbeComponent(name) { journal.note("\(name) \($0)") })
            })
        try await depot.store.settle()
        #expect(journal.lines == ["one 3", "two 3"])
    }

    @Test func `settling goes on until a whole pass commits nothing`() async throws {
        let depot = try await Depot()
        let journal = Journal()
        try await depot.store.addComponent(
            ProbeComponent("echo") { position in
                journal.note("\(position)")
                if position < Position(4) {
                    try await depot.items.insert(Depot.record("k\(position)"))
                }
            })
        try await depot.store.settle()
        #expect(journal.lines == ["1", "2", "3", "4"])
        #expect(try depot.keys == ["k1", "k2", "k3"])
    }

    @Test func `commits without end make it throw, with their causes`() async throws {
        let depot = try await Depot.filled("a", [.causes(max: 50)])
        try await depot.store.addComponent(
            ProbeComponent("loop") { _ in
                try await Causation("rule:ping").run {
                    try await Causation("rule:pong").run {
                        _ = try await depot.items.increment("a", "rank")
                    }
                }
            })
        await #expect(throws: StoreError(.doesNotSettle("rule:ping → rule:pong"))) {
            try await depot.store.settle()
        }
    }

    @Test func `what a drain throws is thrown`() async throws {
        let depot = try await Depot([
            .component(ProbeComponent("broken") { _ in throw Refusal(note: "drain") })
        ])
        await #expect(throws: Refusal(note: "drain")) { try await depot.store.settle() }
    }

    @Test func `what others commit meanwhile is not waited for`() async throws {
        let depot = try await Depot.filled("a")
        let journal = Journal()
        try await depot.store.addComponent(
            ProbeComponent("busy") { position in
                journal.note("\(position)")
                _ = try await Task.detached { try await depot.items.increment("a", "rank") }.value
            })
        try await depot.store.settle()
        #expect(journal.lines == ["2"])
    }

    @Test func `what a component writes by itself is waited for until it was drained once`()
        async throws
    {
        let depot = try await Depot.filled("a")
        let component = SelfWriting(depot.items)
        try await depot.store.addComponent(component)
        try await depot.store.settle()
        #expect(component.journal.lines == ["2", "written 2", "3", "written 3"])
    }

    @Test func `what a drain writes follows from what was there when settling began`() async throws
    {
        let depot = try await Depot.filled("a")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        try await depot.store.addComponent(
            ProbeComponent("sweeper") { position in
                guard position == Position(2) else { return }
                _ = try await Task.detached { try await depot.items.increment("a", "rank") }.value
                try await Causation("sweeper", cause: nil).run {
                    _ = try await depot.items.increment("a", "rank")
                }
                _ = try await depot.items.increment("a", "rank")
            })
        try await depot.store.settle()
        #expect(observer.commits.map(\.origin) == [3, 2, 2].map { Position($0) })
    }

    @Test func `a drain that does not return is named when the limit has passed, and cancelled`()
        async throws
    {
        let gate = Gate()
        let journal = Journal()
        let depot = try await Depot([
            .waitLimit(.milliseconds(1)),
            .component(ProbeComponent("quick")),
            .component(
                ProbeComponent("stuck") { _ in
                    await gate.pass()
                    journal.note("cancelled \(Task.isCancelled)")
                }),
        ])
        await #expect(throws: StoreError(.timedOut(waitingFor: ["component stuck"]))) {
            try await depot.store.settle()
        }
        await gate.open()
        await journal.awaits("cancelled true")
    }

    @Test func `the limit of real time may be as large as there is`() async throws {
        let depot = try await Depot([
            .waitLimit(.seconds(Int64.max)), .component(ProbeComponent("p")),
        ])
        try await depot.store.settle()
        await depot.store.stop()
    }

    @Test func `a store without components is settled`() async throws {
        try await Depot.filled("a").store.settle()
    }
}

/// A component whose own task writes once while it is drained for the first time, and once while it is for the second.
private final class SelfWriting: StoreComponent {
    let name = "own"
    let journal = Journal()
    private let items: DynamicBucket
    private let task = Mutex<Task<Void, any Error>?>(nil)

    init(_ items: DynamicBucket) { self.items = items }

    func start(on store: Store) async throws {
        let (items, journal) = (items, journal)
        let task = Task {
            for position in 2...3 {
                await journal.awaits("\(position)")
                _ = try await items.increment("a", "rank")
                journal.note("written \(position)")
            }
        }
        self.task.withLock { $0 = task }
    }

    func stop() async {}

    func drain(through position: Position) async throws {
        journal.note("\(position)")
        await journal.awaits("written \(position)")
    }
}
