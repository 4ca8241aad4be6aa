import StoreCore
import Synchronization

/// Holds whoever passes in place until it is opened; whether somebody has come can be waited for.
actor Gate {
    private var isOpen = false
    private var arrivals = 0
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// Waits until the gate is open, whether the task is cancelled or not.
    func pass() async {
        arrivals += 1
        for each in watchers where each.count <= arrivals { each.continuation.resume() }
        watchers.removeAll { $0.count <= arrivals }
        if isOpen { return }
        await withCheckedContinuation { held.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in held { continuation.resume() }
        held = []
    }

    /// Returns when so many have come.
    func isReached(by count: Int = 1) async {
        if arrivals >= count { return }
        await withCheckedContinuation { watchers.append((count, $0)) }
    }
}

/// Lines in the order in which they were noted, from any thread.
final class Journal: Sendable {
    private let state = Mutex<[String]>([])

    func note(_ line: String) { state.withLock { $0.append(line) } }
    var lines: [String] { state.withLock { $0 } }
}

/// A policy that is a closure.
struct ClosurePolicy: WritePolicy {
    let body: @Sendable (borrowing PolicyContext) throws -> [PolicyAction]

    func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] { try body(context) }
}

/// A gate for commits that is a closure.
final class ClosureGate: CommitGate {
    private let body: @Sendable (Commit) throws -> Void

    init(_ body: @escaping @Sendable (Commit) throws -> Void) { self.body = body }

    func admit(_ proposal: Commit) throws { try body(proposal) }
    func didRefuse(_ proposal: Commit) {}
}

extension StoreOption {
    static func gate(_ body: @escaping @Sendable (Commit) throws -> Void) -> StoreOption {
        StoreOption { $0.add(ClosureGate(body)) }
    }
}

/// Returns when the condition holds; for what nobody can be asked to tell.
func eventually(_ condition: @escaping @Sendable () -> Bool) async {
    await withCheckedContinuation { continuation in
        Task.detached(priority: .background) {
            while !condition() { await Task.yield() }
            continuation.resume()
        }
    }
}
