import Dispatch
import Foundation
import StoreCore
import StoreTesting
import Synchronization
import Testing

@Suite struct `Cancelling an observer` {
    @Test func `after cancel nothing is told any more`() async throws {
        let depot = try await Depot()
        let observer = RecordingObserver()
        let (registration, _) = try await depot.store.attach(observer)
        try await depot.items.insert(Depot.record("a"))
        registration.cancel()
        registration.cancel()
        try await depot.items.insert(Depot.record("b"))
        #expect(observer.changes.map(\.key) == ["a"])
    }

    @Test func `an observer may cancel itself inside didCommit`() async throws {
        let depot = try await Depot()
        let registration = Mutex<ObserverRegistration?>(nil)
        let told = Mutex(0)
        let observer = ClosureObserver { _ in
            told.withLock { $0 += 1 }
            registration.withLock { $0?.cancel() }
        }
        let (own, _) = try await depot.store.attach(observer)
        registration.withLock { $0 = own }
        let after = RecordingObserver()
        _ = try await depot.store.attach(after)
        try await depot.items.insert(Depot.record("a"))
        try await depot.items.insert(Depot.record("b"))
        #expect(told.withLock { $0 } == 1)
        #expect(after.commits.count == 2, "the one behind it misses nothing")
        #expect(try depot.items.count() == 2)
        #expect(try depot.store.stats().observers == 1)
        registration.withLock { $0 = nil }
    }

    @Test func `an observer that another cancels inside didCommit is not told of that commit`()
        async throws
    {
        let depot = try await Depot()
        let victim = Mutex<ObserverRegistration?>(nil)
        _ = try await depot.store.attach(ClosureObserver { _ in victim.withLock { $0?.cancel() } })
        let observer = RecordingObserver()
        let (registration, _) = try await depot.store.attach(observer)
        victim.withLock { $0 = registration }
        try await depot.items.insert(Depot.record("a"))
        #expect(observer.commits.isEmpty)
        victim.withLock { $0 = nil }
    }

    @Test func `an observer whose end cancels its registration may be cancelled`() async throws {
        let depot = try await Depot()
        let (registration, _) = try await attachCanceller(to: depot.store)
        registration.cancel()
        #expect(try depot.store.stats().observers == 0)
    }

    @Test func `who cancels waits for what the observer is being told`() async throws {
        let depot = try await Depot()
        let journal = Journal()
        let isTold = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        let observer = ClosureObserver { _ in
            isTold.signal()
            goOn.wait()
            journal.note("told")
        }
        let (registration, _) = try await depot.store.attach(observer)
        let hasCancelled = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            isTold.wait()
            Thread.detachNewThread { goOn.signal() }
            registration.cancel()
            journal.note("cancelled")
            hasCancelled.signal()
        }
        try await depot.items.insert(Depot.record("a"))
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                hasCancelled.wait()
                continuation.resume()
            }
        }
        #expect(journal.lines == ["told", "cancelled"])
    }

    private func attachCanceller(
        to store: Store
    ) async throws -> (registration: ObserverRegistration, snapshot: Snapshot) {
        let canceller = Canceller()
        let attached = try await store.attach(canceller)
        canceller.registration.withLock { $0 = attached.registration }
        return attached
    }
}

/// An observer that takes care to cancel its registration when it goes.
private final class Canceller: CommitObserver {
    let registration = Mutex<ObserverRegistration?>(nil)
    func didCommit(_ commit: Commit) {}
    deinit { registration.withLock { $0?.cancel() } }
}
