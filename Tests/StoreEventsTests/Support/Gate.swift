/// Holds handlers in place until the test lets them go on.
actor Gate {
    private(set) var arrivals = 0
    private var isOpen = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers = Watchers()

    /// What a handler calls: it waits here until the gate is open, whether its task is cancelled or not.
    func pass() async {
        arrivals += 1
        watchers.tell(arrivals)
        if isOpen { return }
        await withCheckedContinuation { held.append($0) }
    }

    /// Lets all go on who wait, and all who come.
    func open() {
        isOpen = true
        for continuation in held { continuation.resume() }
        held = []
    }

    /// Returns when so many have come.
    func isReached(by count: Int = 1) async {
        if arrivals >= count { return }
        await withCheckedContinuation { watchers.add($0, count) }
    }
}

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
