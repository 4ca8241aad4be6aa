import StoreTesting
import Testing

@testable import StoreSupervision

/// What has to hold while several threads use a supervisor.
///
/// `Scripts/check` runs it under ThreadSanitizer.
@Suite(.serialized) struct `Concurrency of supervisors` {
    @Test(arguments: Supervisor.Strategy.allCases)
    func `children of all kinds come, fail and go, and never run twice`(
        strategy: Supervisor.Strategy
    ) async throws {
        let clock = ManualClock()
        let supervisor = Supervisor(strategy, limit: RestartLimit(1_000_000), clock: clock)
        try await supervisor.start()
        let probes = (0..<4).map { _ in Probe() }
        await withTaskGroup { group in
            for (number, probe) in probes.enumerated() {
                group.addTask {
                    for round in 0..<400 {
                        // Whatever is refused is refused; the promises below are what counts.
                        try? await supervisor.add(probe.child("c\(number)"))
                        if round % 3 == 0 { probe.end(Crash()) }
                        if round % 4 == 0 { try? await supervisor.restart("c\((number + 1) % 4)") }
                        if round % 2 == 0 { try? await supervisor.remove("c\(number)") }
                    }
                }
            }
            group.addTask {
                for _ in 0..<400 {
                    _ = supervisor.statuses
                    _ = supervisor.health
                    var events = supervisor.events().makeAsyncIterator()
                    _ = await events.next()
                }
            }
            for _ in 0..<4 { await group.next() }
            await supervisor.stop()
        }
        #expect(probes.allSatisfy { $0.live == 0 && $0.most <= 1 })
        await eventually { supervisor.watcherCount == 0 }
    }

    @Test func `stops meet everything else`() async throws {
        for _ in 0..<200 {
            let trio = Trio()
            let late = Probe()
            await withTaskGroup { group in
                group.addTask { try? await trio.supervisor.run() }
                group.addTask { try? await trio.supervisor.add(late.child("late")) }
                group.addTask { trio.probe("b").end(Crash()) }
                group.addTask { await trio.supervisor.stop() }
                group.addTask { for await _ in trio.supervisor.healthUpdates() {} }
            }
            #expect(trio.probes.values.allSatisfy { $0.live == 0 && $0.most <= 1 })
            #expect(late.live == 0)
        }
    }
}
