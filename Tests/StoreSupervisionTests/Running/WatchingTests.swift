import StoreTesting
import Testing

@testable import StoreSupervision

@Suite struct `Watching a supervisor` {
    @Test func `health begins with what it is, and becomes what it is`() async throws {
        let clock = ManualClock()
        let backoff = Backoff.exponential(from: .seconds(1), to: .seconds(1), jitter: 0)
        let trio = Trio(backoff: backoff, clock: clock)
        try await trio.supervisor.start()
        var health = trio.supervisor.healthUpdates().makeAsyncIterator()
        #expect(await health.next() == .healthy)
        trio.probe("a").end(Crash())
        let degraded = await health.next()
        guard case .degraded(let text) = degraded else {
            Issue.record("\(String(describing: degraded))")
            return
        }
        #expect(text.contains("crash"))
        #expect(trio.supervisor.status(of: "a")?.health == degraded)
        #expect(trio.supervisor.status(of: "b")?.health == .healthy)
        clock.advance(by: .seconds(1))
        #expect(await health.next() == .healthy)
        await trio.supervisor.stop()
        #expect(await health.next() == nil)
    }

    @Test func `who looks at health late sees the latest`() async throws {
        let trio = Trio(limit: RestartLimit(0))
        try await trio.supervisor.start()
        let updates = trio.supervisor.healthUpdates()
        trio.probe("a").end(Crash())
        await #expect(throws: SupervisorError.self) {
            try await trio.supervisor.waitUntilStopped()
        }
        var seen: [Supervisor.Health] = []
        for await health in updates { seen.append(health) }
        #expect(seen == [trio.supervisor.health])
    }

    @Test func `a sequence has what happened since it was made`() async throws {
        let trio = Trio()
        let first = trio.supervisor.events()
        try await trio.supervisor.start()
        let second = trio.supervisor.events()
        await trio.supervisor.stop()
        var counts = [0, 0]
        for await _ in first { counts[0] += 1 }
        for await _ in second { counts[1] += 1 }
        #expect(counts == [7, 4])
    }

    @Test func `who is slow loses the oldest events`() async throws {
        let trio = Trio()
        let events = trio.supervisor.events(bufferingNewest: 2)
        try await trio.supervisor.start()
        await trio.supervisor.stop()
        var lines: [String] = []
        for await event in events { lines.append(event.description) }
        #expect(lines == ["a stopped", "stopped"])
    }

    @Test func `a sequence of a supervisor that has ended is over`() async throws {
        let trio = Trio()
        await trio.supervisor.stop()
        for await event in trio.supervisor.events() { Issue.record("\(event)") }
        var seen: [Supervisor.Health] = []
        for await health in trio.supervisor.healthUpdates() { seen.append(health) }
        #expect(seen == [.healthy])
    }

    @Test func `whoever leaves is forgotten`() async throws {
        let trio = Trio()
        try await trio.supervisor.start()
        for _ in 0..<100 {
            _ = trio.supervisor.events()
            _ = trio.supervisor.healthUpdates()
        }
        await eventually { trio.supervisor.watcherCount == 0 }
        let consumers = (0..<10).map { _ in
            let events = trio.supervisor.events()
            return Task { for await _ in events {} }
        }
        await eventually { trio.supervisor.watcherCount == 10 }
        for consumer in consumers { consumer.cancel() }
        for consumer in consumers { await consumer.value }
        await eventually { trio.supervisor.watcherCount == 0 }
        await trio.supervisor.stop()
    }

    @Test func `errors say which child and what to do`() {
        let error = SupervisorError(.restartsExceeded, child: "mail", underlying: Crash())
        #expect(
            error.description
                == "Child \"mail\": restarts exceeded the limit, so that the supervisor stopped; see what the child threw (Crash(note: \"crash\"))"
        )
    }
}

extension Supervisor {
    var watcherCount: Int { lock.withLock { watchers.count } }
}
