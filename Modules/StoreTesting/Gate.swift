/// Holds whoever comes in place until the test lets them go on.
///
/// A handler, a policy's helper or a task that waits here is known to be in the middle of what it does:
///
/// ```swift
/// let gate = Gate()
/// store.on("bucket.orders.*") { event, topic in await gate.pass() }
/// try await orders.insert(order)
/// await gate.isReached()
/// // The handler runs, and goes on when the gate is opened.
/// await gate.open()
/// ```
public actor Gate {
    /// How many have come so far.
    public private(set) var arrivals = 0
    private var isOpen = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// A gate that is closed.
    public init() {}

    /// Waits here until the gate is open, whether the task is cancelled or not.
    public func pass() async {
        arrivals += 1
        for each in watchers where each.count <= arrivals { each.continuation.resume() }
        watchers.removeAll { $0.count <= arrivals }
        if !isOpen { await withCheckedContinuation { held.append($0) } }
    }

    /// Lets all go on who wait, and all who come.
    public func open() {
        isOpen = true
        for continuation in held { continuation.resume() }
        held = []
    }

    /// Returns when so many have come.
    public func isReached(by count: Int = 1) async {
        if arrivals >= count { return }
        await withCheckedContinuation { watchers.append((count, $0)) }
    }
}
