import StoreTesting
import Testing

@testable import StoreSupervision

private let crashed = "failed: Crash(note: \"crash\")"

/// No test here but those about limits and waits moves the clock: ends are noticed and not looked for.
@Suite struct `Restarting` {
    @Test(arguments: [
        (Child.Restart.permanent, true, true), (.permanent, false, true), (.transient, true, true),
        (.transient, false, false), (.temporary, true, false), (.temporary, false, false),
    ])
    func `follows the child's rule`(rule: Child.Restart, throwing: Bool, returns: Bool) async throws
    {
        let probe = Probe()
        let supervisor = Supervisor(
            clock: ManualClock(), children: [probe.child("a", restart: rule)])
        try await supervisor.start()
        var events = EventReader(supervisor)
        probe.end(throwing ? Crash() : nil)
        _ = await events.lines(through: throwing ? "a \(crashed)" : "a returned")
        if returns { _ = await events.lines(through: "a restarted (1)") }
        let states: [Child.State] = returns ? [.running] : rule == .temporary ? [] : [.ended]
        #expect(supervisor.statuses.map(\.state) == states)
        await supervisor.stop()
        #expect(probe.runs == (returns ? 2 : 1))
    }

    @Test(arguments: [
        (Supervisor.Strategy.oneForOne, ["b \(crashed)", "b restarted (1)"]),
        (
            .oneForAll,
            [
                "b \(crashed)", "c stopped", "a stopped", "a restarted (1)", "b restarted (1)",
                "c restarted (1)",
            ]
        ),
        (.restForOne, ["b \(crashed)", "c stopped", "b restarted (1)", "c restarted (1)"]),
    ])
    func `concerns whom the strategy names`(strategy: Supervisor.Strategy, expected: [String])
        async throws
    {
        let trio = Trio(strategy)
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        trio.probe("b").end(Crash())
        #expect(await events.lines(through: expected.last) == expected)
        #expect(trio.supervisor.statuses.map(\.state) == [.running, .running, .running])
        #expect(trio.supervisor.status(of: "b")?.restartCount == 1)
        #expect(trio.supervisor.status(of: "b")?.lastError as? Crash == Crash())
        await trio.supervisor.stop()
    }

    @Test func `of one child leaves its siblings alone`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        for attempt in 1...3 {
            trio.probe("b").end(Crash())
            _ = await events.lines(through: "b restarted (\(attempt))")
        }
        await trio.supervisor.stop()
        #expect(trio.probe("a").runs == 1)
        #expect(trio.probe("c").runs == 1)
        #expect(trio.probe("b").runs == 4)
        #expect(trio.probe("b").most == 1)
    }

    @Test func `beyond the limit stops everything, with the child and what it threw`() async throws
    {
        let trio = Trio()
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        for attempt in 1...3 {
            trio.probe("b").end(Crash())
            _ = await events.lines(through: "b restarted (\(attempt))")
        }
        trio.probe("b").end(Crash(note: "last"))
        let error = await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.waitUntilStopped()
        }
        #expect(error?.reason == .restartsExceeded)
        #expect(error?.child == "b")
        #expect(error?.underlying as? Crash == Crash(note: "last"))
        let lines = await events.lines()
        #expect(lines.dropFirst(2) == ["c stopped", "a stopped", "stopped"])
        #expect(lines.dropFirst().first?.hasPrefix("escalated: Child \"b\"") == true)
        #expect(trio.supervisor.health == .failed(error?.description ?? ""))
    }

    @Test func `counts what is within the window only`() async throws {
        let clock = ManualClock()
        let trio = Trio(limit: RestartLimit(1, within: .seconds(5)), clock: clock)
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        for attempt in 1...4 {
            trio.probe("a").end(Crash())
            _ = await events.lines(through: "a restarted (\(attempt))")
            clock.advance(by: .microseconds(5_000_001))
        }
        trio.probe("a").end(Crash())
        _ = await events.lines(through: "a restarted (5)")
        clock.advance(by: .seconds(5))
        trio.probe("a").end(Crash())
        await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.waitUntilStopped()
        }
    }

    @Test func `waits longer each time, and starts anew after a quiet time`() async throws {
        let clock = ManualClock()
        let backoff = Backoff.exponential(
            from: .seconds(1), to: .seconds(4), jitter: 0, resetAfter: .seconds(60))
        let trio = Trio(limit: RestartLimit(100), backoff: backoff, clock: clock)
        try await trio.supervisor.start()
        var events = EventReader(trio.supervisor)
        for (attempt, wait) in [1, 2, 4, 4].enumerated() {
            trio.probe("a").end(Crash())
            _ = await events.lines(through: "a backs off for \(Duration.seconds(wait))")
            #expect(trio.supervisor.status(of: "a")?.state == .backingOff)
            clock.advance(by: .seconds(wait))
            _ = await events.lines(through: "a restarted (\(attempt + 1))")
        }
        clock.advance(by: .seconds(60))
        trio.probe("a").end(Crash())
        _ = await events.lines(through: "a backs off for \(Duration.seconds(1))")
        await trio.supervisor.stop()
    }

    @Test(arguments: [
        (Supervisor.AutoStop.never, 0), (.anySignificant, 1), (.allSignificant, 2),
    ])
    func `ends with the significant children, if that is wanted`(
        autoStop: Supervisor.AutoStop, ends: Int
    ) async throws {
        let probes = [Probe(), Probe(), Probe()]
        let supervisor = Supervisor(
            autoStop: autoStop, clock: ManualClock(),
            children: [
                probes[0].child("a", restart: .transient, isSignificant: true),
                probes[1].child("b", restart: .temporary, isSignificant: true),
                probes[2].child("c", restart: .transient),
            ])
        try await supervisor.start()
        var events = EventReader(supervisor)
        for (number, id) in ["c", "a", "b"].enumerated() {
            probes[id == "c" ? 2 : id == "a" ? 0 : 1].end()
            _ = await events.lines(through: "\(id) returned")
            if ends > 0, number == ends { break }
        }
        if ends == 0 {
            #expect(supervisor.status(of: "a")?.state == .ended)
            await supervisor.stop()
        }
        try await supervisor.waitUntilStopped()
        #expect(supervisor.health == .healthy)
    }
}

@Suite struct `Waits before restarts` {
    @Test(arguments: [(1, 100), (2, 200), (3, 400), (4, 500), (5, 500), (1_000_000, 500)])
    func `grow up to the longest`(failures: Int, milliseconds: Int) {
        let backoff = Backoff.exponential(
            from: .milliseconds(100), to: .milliseconds(500), jitter: 0)
        #expect(backoff.delay(afterFailures: failures) == .milliseconds(milliseconds))
    }

    @Test(arguments: [(0.0, 100), (0.5, 75), (0.75, 62.5)] as [(Double, Double)])
    func `lose a random part`(random: Double, milliseconds: Double) {
        let backoff = Backoff.exponential(
            from: .milliseconds(100), to: .seconds(1), jitter: 0.5, random: { random })
        #expect(backoff.delay(afterFailures: 1) == .milliseconds(milliseconds))
    }

    @Test func `are none unless asked for`() {
        #expect(Backoff.none.delay(afterFailures: 7) == .zero)
    }
}
