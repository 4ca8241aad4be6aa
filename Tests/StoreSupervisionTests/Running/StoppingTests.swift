import StoreTesting
import Testing

@testable import StoreSupervision

@Suite struct `Stopping a supervisor` {
    @Test func `children stop in reverse order`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        await trio.supervisor.stop()
        #expect(await events.lines() == ["c stopped", "b stopped", "a stopped", "stopped"])
        #expect(trio.probes.values.allSatisfy { $0.live == 0 })
        try await trio.supervisor.waitUntilStopped()
        #expect(trio.supervisor.health == .healthy)
    }

    @Test func `a child that hangs is left behind after its grace period, and the others stop`()
        async throws
    {
        let clock = ManualClock()
        let trio = Trio(clock: clock, hanging: "b")
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        let stop = Task { await trio.supervisor.stop() }
        #expect(await events.lines(through: "c stopped") == ["c stopped"])
        clock.advance(by: .milliseconds(4_999))
        #expect(trio.supervisor.status(of: "b")?.state == .stopping)
        clock.advance(by: .milliseconds(1))
        #expect(await events.lines() == ["b was left behind", "a stopped", "stopped"])
        await stop.value
        #expect(trio.supervisor.status(of: "b")?.state == .leftBehind)
        guard case .degraded(let text) = trio.supervisor.health else {
            Issue.record("\(trio.supervisor.health)")
            return
        }
        #expect(text.contains("\"b\""))
        trio.probe("b").end()
    }

    @Test func `a child that was left behind is not started before it returns`() async throws {
        let clock = ManualClock()
        let trio = Trio(clock: clock, hanging: "b")
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        let restart = Task { try await trio.supervisor.restart("b") }
        await eventually { trio.supervisor.status(of: "b")?.state == .stopping }
        clock.advance(by: .seconds(5))
        let error = await #expect(throws: SupervisorError.self) { try await restart.value }
        #expect(error?.reason == .didNotEnd)
        let second = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.restart("b")
        }
        #expect(second?.reason == .didNotEnd)
        #expect(trio.supervisor.health != .healthy)
        #expect(trio.probe("b").runs == 1)
        trio.probe("b").end()
        _ = await events.lines(through: "b restarted (1)")
        #expect(trio.supervisor.health == .healthy)
        #expect(trio.probe("b").most == 1)
        trio.probe("b").end()
        await trio.supervisor.stop()
    }

    @Test func `stopping again, from many tasks at once, stops each child once`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { await trio.supervisor.stop() } }
        }
        await trio.supervisor.stop()
        #expect(await events.lines() == ["c stopped", "b stopped", "a stopped", "stopped"])
    }

    @Test func `a child may stop its supervisor`() async throws {
        let supervisor = Supervisor(clock: ManualClock(), children: [Probe().child("a")])
        try await supervisor.start()
        try await supervisor.add(
            Child("b") {
                await supervisor.stop()
                try Task.checkCancellation()
            })
        try await supervisor.waitUntilStopped()
        #expect(supervisor.statuses.map(\.state) == [.ended, .ended])
    }

    @Test func `a child of a supervisor within may stop the one without`() async throws {
        let outer = Supervisor(clock: ManualClock())
        try await outer.start()
        let inner = Child("inner") {
            let supervisor = Supervisor(
                clock: ManualClock(), children: [Child("innermost") { await outer.stop() }])
            try await supervisor.run()
        }
        try await outer.add(inner)
        try await outer.waitUntilStopped()
        #expect(outer.status(of: "inner")?.state == .ended)
    }

    @Test func `nothing starts after the stop`() async throws {
        let trio = Trio(hanging: "c")
        try await trio.supervisor.start()
        let stop = Task { await trio.supervisor.stop() }
        await eventually { trio.supervisor.status(of: "c")?.state == .stopping }
        let late = Probe()
        let error = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.add(late.child("late"))
        }
        #expect(error?.reason == .stopped)
        // It fails before its turn to be stopped has come.
        trio.probe("a").end(Crash())
        trio.probe("c").end()
        await stop.value
        #expect(trio.probe("a").runs == 1)
        #expect(late.runs == 0)
    }

    @Test func `cancelling whoever runs it stops the children first`() async throws {
        let trio = Trio()
        var events = EventReader(trio.supervisor)
        let run = Task { try await trio.supervisor.run() }
        _ = await events.lines(through: "c started")
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(await events.lines() == ["c stopped", "b stopped", "a stopped", "stopped"])
        #expect(trio.probes.values.allSatisfy { $0.live == 0 })
    }

    @Test func `cancelling whoever waits for it stops nothing`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        let wait = Task { try await trio.supervisor.waitUntilStopped() }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
        #expect(trio.supervisor.statuses.map(\.state) == [.running, .running, .running])
        await trio.supervisor.stop()
    }
}
