import StoreTesting
import Testing

@testable import StoreSupervision

@Suite struct `Starting a supervisor` {
    @Test func `children start in order, each when the setup before it has returned`() async throws
    {
        let journal = Journal()
        let supervisor = Supervisor(
            clock: ManualClock(),
            children: ["a", "b", "c"].map { id in
                Child(id) {
                    journal.note("\(id) sets up")
                    await Task.yield()
                    journal.note("\(id) is set up")
                } run: {
                    try await Probe().run()
                }
            })
        try await supervisor.start()
        #expect(
            journal.lines == [
                "a sets up", "a is set up", "b sets up", "b is set up", "c sets up", "c is set up",
            ])
        #expect(supervisor.statuses.map(\.state) == [.running, .running, .running])
        await supervisor.stop()
    }

    @Test func `nothing runs before the start`() async throws {
        let trio = Trio()
        #expect(trio.supervisor.statuses.map(\.state) == [.waiting, .waiting, .waiting])
        #expect(trio.probes.values.allSatisfy { $0.runs == 0 })
        await trio.supervisor.stop()
        #expect(trio.probes.values.allSatisfy { $0.runs == 0 })
    }

    @Test func `a setup that fails makes the start fail, and those before it stop in reverse`()
        async throws
    {
        let supervisor = Supervisor(
            clock: ManualClock(),
            children: [
                Probe().child("a"), Probe().child("b"),
                Child("c") {
                    throw Crash()
                } run: {
                },
                Probe().child("d"),
            ])
        var events = EventReader(supervisor)
        let error = await #expect(throws: SupervisorError.self) { try await supervisor.start() }
        #expect(error?.reason == .setupFailed)
        #expect(error?.child == "c")
        #expect(error?.underlying as? Crash == Crash())
        #expect(
            await events.lines() == [
                "a started", "b started", "c failed: Crash(note: \"crash\")", "b stopped",
                "a stopped",
                "stopped",
            ])
        #expect(supervisor.health != .healthy)
        await #expect(throws: SupervisorError.self) { try await supervisor.waitUntilStopped() }
    }

    @Test func `a setup that takes too long makes the start fail`() async throws {
        let clock = ManualClock()
        let slow = Probe()
        let begun = AsyncStream.makeStream(of: Void.self)
        let supervisor = Supervisor(
            clock: clock,
            children: [
                Child("slow", setupLimit: .seconds(2)) {
                    begun.continuation.yield()
                    try await slow.run()
                } run: {
                }
            ])
        let start = Task { try await supervisor.start() }
        for await _ in begun.stream { break }
        clock.advance(by: .seconds(2))
        let error = await #expect(throws: SupervisorError.self) { try await start.value }
        #expect(error?.reason == .setupTimedOut)
        #expect(error?.child == "slow")
    }

    @Test func `a setup that takes too long is a failure like any other once it has run`()
        async throws
    {
        let clock = ManualClock()
        let setup = Probe()
        let work = Probe()
        setup.end()
        let supervisor = Supervisor(
            clock: clock,
            children: [
                Child("child") {
                    try await setup.run()
                } run: {
                    try await work.run()
                }
            ])
        try await supervisor.start()
        var events = EventReader(supervisor)
        work.end(Crash())
        _ = await events.lines(through: "child failed: Crash(note: \"crash\")")
        clock.advance(by: .seconds(5))
        #expect(
            await events.lines(
                through: "child failed: \(SupervisorError(.setupTimedOut, child: "child"))"
            ).count == 1)
        setup.end()
        #expect(await events.lines(through: "child restarted (2)").count == 1)
        await supervisor.stop()
    }

    @Test func `two children of one id make the start fail`() async throws {
        let probe = Probe()
        let supervisor = Supervisor(
            clock: ManualClock(), children: [probe.child("a"), probe.child("a")])
        let error = await #expect(throws: SupervisorError.self) { try await supervisor.start() }
        #expect(error?.reason == .duplicateChild)
        #expect(probe.runs == 0)
    }

    @Test func `a supervisor is started once`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        let error = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.start()
        }
        #expect(error?.reason == .alreadyStarted)
        #expect(trio.supervisor.statuses.map(\.state) == [.running, .running, .running])
        await trio.supervisor.stop()
        await #expect(throws: SupervisorError.self) { try await trio.supervisor.start() }
    }
}
