import Dispatch
import Foundation
import StoreCore
import StoreTesting
import Testing

@Suite struct `Looks that wait for no writer` {
    /// Runs `look` on a thread of its own while the body of a write holds the writer lock, and waits for it there.
    private func duringWrite(
        _ depot: Depot, _ look: @escaping @Sendable () throws -> Void
    ) async throws {
        let outcome = Flag()
        let isOver = try await depot.store.write { tx in
            try tx.bucket("items").insert(Depot.record("inside"))
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                do { try look() } catch { outcome.fail(error) }
                done.signal()
            }
            // The limit is for a look that waits for the write, and would never return.
            return done.wait(timeout: .now() + 60) == .success
        }
        #expect(isOver)
        if let failure = outcome.failure { throw failure }
    }

    @Test func `health is told while a write is under way`() async throws {
        let depot = try await Depot([.component(ProbeComponent("probe"))])
        try await duringWrite(depot) { #expect(depot.store.health.isHealthy) }
    }

    @Test func `figures are told while a write is under way`() async throws {
        let depot = try await Depot.filled("ab")
        _ = try await depot.store.attach(RecordingObserver())
        _ = try await depot.store.defineBucket(
            "counted", key: "id", schema: ["id": .integer(generated: .autoincrement)])
        try await duringWrite(depot) {
            let stats = try depot.store.stats()
            #expect(stats.records == 2)
            #expect(stats.observers == 1)
        }
    }

    @Test func `an observer leaves while a write is under way, and is not told of it`()
        async throws
    {
        let depot = try await Depot()
        let observer = RecordingObserver()
        let other = RecordingObserver(.all)
        let (registration, _) = try await depot.store.attach(observer)
        _ = try await depot.store.attach(other)
        try await duringWrite(depot) {
            registration.cancel()
            let stats = try depot.store.stats()
            #expect(stats.observers == 1)
        }
        #expect(observer.commits.isEmpty)
        #expect(other.commits.count == 1)
        try await depot.items.update("inside", ["rank": 1])
        #expect(other.changes.map(\.hasOldImage) == [true, false], "nobody wants old images now")
    }

    @Test func `an observer that has left is let go at once`() async throws {
        let depot = try await Depot()
        weak var observer: RecordingObserver?
        let registration: ObserverRegistration
        do {
            let kept = RecordingObserver()
            observer = kept
            registration = try await depot.store.attach(kept).registration
        }
        #expect(observer != nil)
        registration.cancel()
        #expect(observer == nil)
    }
}
