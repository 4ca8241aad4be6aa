import StoreTesting
import Testing

@testable import StoreSupervision

@Suite struct `Children at run time` {
    @Test func `are added, listed and removed`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        let late = Probe()
        try await trio.supervisor.add(late.child("late"))
        #expect(trio.supervisor.statuses.map(\.id) == ["a", "b", "c", "late"])
        try await trio.supervisor.remove("b")
        #expect(trio.supervisor.statuses.map(\.id) == ["a", "c", "late"])
        #expect(trio.supervisor.count == 3)
        #expect(trio.supervisor.status(of: "b") == nil)
        #expect(trio.probe("b").live == 0)
        await trio.supervisor.stop()
        #expect(late.runs == 1)
    }

    @Test func `are declared before the start by adding them`() async throws {
        let supervisor = Supervisor(clock: ManualClock())
        let probe = Probe()
        try await supervisor.add(probe.child("a"))
        #expect(supervisor.status(of: "a")?.state == .waiting)
        try await supervisor.start()
        #expect(supervisor.status(of: "a")?.state == .running)
        await supervisor.stop()
    }

    @Test func `are refused under an id that is taken`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        let other = Probe()
        let error = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.add(other.child("b"))
        }
        #expect(error?.reason == .duplicateChild)
        #expect(error?.child == "b")
        #expect(other.runs == 0)
        await trio.supervisor.stop()
    }

    @Test func `are not found under an id that nobody has`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        let first = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.remove("x")
        }
        let second = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.restart("x")
        }
        #expect([first?.reason, second?.reason] == [.unknownChild, .unknownChild])
        await trio.supervisor.stop()
    }

    @Test func `are restarted by request, without counting towards the limit`() async throws {
        let trio = Trio(.oneForAll, limit: RestartLimit(0))
        try await trio.supervisor.start()
        for _ in 0..<5 { try await trio.supervisor.restart("b") }
        #expect(trio.supervisor.statuses.map(\.restartCount) == [0, 5, 0])
        await trio.supervisor.stop()
        #expect(trio.probe("b").most == 1)
    }

    @Test func `whose first setup fails are not among the children`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        let error = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.add(
                Child("late") {
                    throw Crash()
                } run: {
                })
        }
        #expect(error?.reason == .setupFailed)
        #expect(trio.supervisor.count == 3)
        #expect(trio.supervisor.health == .healthy)
        await trio.supervisor.stop()
    }

    @Test func `may remove and restart themselves`() async throws {
        let supervisor = Supervisor(clock: ManualClock())
        try await supervisor.start()
        var events = EventReader(supervisor)
        let probe = Probe()
        try await supervisor.add(
            Child("once") {
                try await supervisor.remove("once")
                try await probe.run()
            })
        _ = await events.lines(through: "once stopped")
        try await supervisor.add(
            Child("twice") {
                if supervisor.status(of: "twice")?.restartCount == 0 {
                    try await supervisor.restart("twice")
                }
                try await probe.run()
            })
        _ = await events.lines(through: "twice restarted (1)")
        #expect(supervisor.statuses.map(\.id) == ["twice"])
        await supervisor.stop()
    }

    @Test func `of a template get an argument and an id each, and leave when they have ended`()
        async throws
    {
        let supervisor = Supervisor(clock: ManualClock())
        try await supervisor.start()
        var events = EventReader(supervisor)
        let journal = Journal()
        let probe = Probe()
        let uploads = ChildTemplate<String>("upload", restart: .transient) { file in
            journal.note(file)
            try await probe.run()
        }
        #expect(try await supervisor.add("first", from: uploads) == "upload-1")
        probe.end()
        #expect(
            await events.lines(through: "upload-1 returned") == [
                "upload-1 started", "upload-1 returned",
            ])
        #expect(supervisor.count == 0)
        #expect(try await supervisor.add("second", from: uploads) == "upload-2")
        probe.end(Crash())
        _ = await events.lines(through: "upload-2 restarted (1)")
        await supervisor.stop()
        #expect(journal.lines.prefix(2) == ["first", "second"])
    }

    @Test func `of a template are stopped together`() async throws {
        let clock = ManualClock()
        let supervisor = Supervisor(clock: clock)
        try await supervisor.start()
        let probes = (0..<4).map { _ in Probe(hangs: true) }
        let hangs = ChildTemplate<Int>("hang") { try await probes[$0].run() }
        for number in 0..<4 { try await supervisor.add(number, from: hangs) }
        let stop = Task { await supervisor.stop() }
        await eventually { supervisor.statuses.allSatisfy { $0.state == .stopping } }
        // One grace period is enough for all.
        clock.advance(by: .seconds(5))
        await stop.value
        #expect(supervisor.statuses.allSatisfy { $0.state == .leftBehind })
        for probe in probes { probe.end() }
    }

    @Test func `that come and go ten thousand times leave nothing behind`() async throws {
        let clock = ManualClock()
        let supervisor = Supervisor(clock: clock)
        try await supervisor.start()
        let probe = Probe()
        let work = ChildTemplate<Int>("work") { _ in try await probe.run() }
        for number in 0..<10_000 {
            let id = try await supervisor.add(number, from: work)
            try await supervisor.remove(id)
        }
        #expect(probe.live == 0)
        #expect(probe.most <= 1)
        #expect(supervisor.count == 0)
        await eventually { supervisor.leftovers == 0 }
        await supervisor.stop()
        await eventually { clock.sleeperCount == 0 }
    }
}

extension Supervisor {
    /// How many entries of its tables are about children that are gone.
    var leftovers: Int {
        lock.withLock {
            children.count + tasks.count + timers.count + requests.count + effects.count
                + machine.slots.count + machine.instances.count + machine.timers.count
                + machine.rounds.count + machine.serials.count + machine.troubled.count
        }
    }
}
