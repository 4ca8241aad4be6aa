import StoreCore
import Synchronization

/// An error of nobody's.
struct Refusal: Error, Equatable {
    var note = ""
}

/// A policy that is a closure.
struct ClosurePolicy: WritePolicy {
    let body: @Sendable (borrowing PolicyContext) throws -> [PolicyAction]

    func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] { try body(context) }
}

extension BucketOption {
    static func policy(
        _ body: @escaping @Sendable (borrowing PolicyContext) throws -> [PolicyAction]
    ) -> BucketOption {
        BucketOption { $0.add(ClosurePolicy(body: body)) }
    }

    static func requiring(
        _ name: String, _ make: @escaping @Sendable () -> any StoreComponent
    ) -> BucketOption {
        BucketOption { $0.require(component: name, make) }
    }
}

extension StoreOption {
    static func component(_ component: any StoreComponent) -> StoreOption {
        StoreOption { $0.add(component) }
    }
    static func gate(_ gate: any CommitGate) -> StoreOption { StoreOption { $0.add(gate) } }
    static func loader(_ loader: any StateLoader) -> StoreOption {
        StoreOption { $0.loader = loader }
    }
    static var oldImages: StoreOption { StoreOption { $0.keepsOldImages = true } }
}

/// An observer that is a closure.
final class ClosureObserver: CommitObserver {
    let interest: CommitInterest
    private let body: @Sendable (Commit) -> Void

    init(_ interest: CommitInterest = .all, _ body: @escaping @Sendable (Commit) -> Void) {
        self.interest = interest
        self.body = body
    }

    func didCommit(_ commit: Commit) { body(commit) }
}

/// A gate that can be shut, and keeps count.
final class ShutterGate: CommitGate {
    private struct State {
        var error: Refusal?
        var admitted: [Position] = []
        var refusedLater: [Position] = []
    }

    private let state = Mutex(State())

    func shut(_ error: Refusal? = Refusal()) { state.withLock { $0.error = error } }
    var admitted: [Position] { state.withLock { $0.admitted } }
    var refusedLater: [Position] { state.withLock { $0.refusedLater } }

    func admit(_ proposal: Commit) throws {
        try state.withLock { state in
            if let error = state.error { throw error }
            state.admitted.append(proposal.position)
        }
    }

    func didRefuse(_ proposal: Commit) {
        state.withLock { $0.refusedLater.append(proposal.position) }
    }
}

/// A component that tells a journal what happens to it.
final class ProbeComponent: StoreComponent {
    let name: String
    private let journal: Journal
    private let failure: Refusal?
    private let mood: ComponentHealth
    private let drains: @Sendable (Position) async throws -> Void

    init(
        _ name: String, _ journal: Journal = Journal(), failing failure: Refusal? = nil,
        health: ComponentHealth = .healthy,
        draining drains: @escaping @Sendable (Position) async throws -> Void = { _ in }
    ) {
        self.name = name
        self.journal = journal
        self.failure = failure
        mood = health
        self.drains = drains
    }

    func start(on store: Store) async throws {
        if let failure { throw failure }
        journal.note("\(name) started")
    }

    func drain(through position: Position) async throws { try await drains(position) }
    func stop() async { journal.note("\(name) stopped") }
    var statistics: Fields { ["probe": .string(name)] }
    var health: ComponentHealth { mood }
}

/// Lines in the order in which they were noted, from any thread; each can be waited for.
final class Journal: Sendable {
    private let state = Mutex<
        (lines: [String], waiters: [(String, CheckedContinuation<Void, Never>)])
    >(
        ([], []))

    func note(_ line: String) {
        let woken = state.withLock { state in
            state.lines.append(line)
            let woken = state.waiters.filter { $0.0 == line }
            state.waiters.removeAll { $0.0 == line }
            return woken
        }
        for waiter in woken { waiter.1.resume() }
    }

    var lines: [String] { state.withLock { $0.lines } }

    /// Returns once `line` has been noted.
    func awaits(_ line: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.lines.contains(line) { return true }
                state.waiters.append((line, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
