import StoreCore
import Synchronization

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
