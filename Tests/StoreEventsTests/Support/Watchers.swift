/// Those who wait for something to have happened so often.
struct Watchers {
    private var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    mutating func add(_ continuation: CheckedContinuation<Void, Never>, _ count: Int) {
        waiting.append((count, continuation))
    }

    mutating func tell(_ count: Int) {
        for each in waiting where each.count <= count { each.continuation.resume() }
        waiting.removeAll { $0.count <= count }
    }
}

/// Returns when the condition holds; for what nobody can be asked to tell.
///
/// It is looked at in a task of the lowest priority that nobody waits for, so that it takes no turn from those that
/// are to make it true.
func eventually(_ condition: @escaping @Sendable () -> Bool) async {
    await withCheckedContinuation { continuation in
        Task.detached(priority: .background) {
            while !condition() { await Task.yield() }
            continuation.resume()
        }
    }
}
