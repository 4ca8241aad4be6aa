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
        let depot = try await Depot.filled("a")
        try await depot.store.addComponent(
            ProbeComponent("loop") { _ in
                try await Causation("rule:ping").run {
                    try await Causation("rule:pong").run {
                        _ = try await depot.items.increment("a", "rank")
                    }
                }
            })
        await #expect(throws: StoreError(.doesNotSettle("rule:pong ← rule:ping"))) {
            try await depot.store.settle()
        }
    }

    @Test func `what a drain throws is thrown`() async throws {
        let depot = try await Depot([
            .component(ProbeComponent("broken") { _ in throw Refusal(note: "drain") })
        ])
        await #expect(throws: Refusal(note: "drain")) { try await depot.store.settle() }
    }

    @Test func `a store without components is settled`() async throws {
        try await Depot.filled("a").store.settle()
    }
}
