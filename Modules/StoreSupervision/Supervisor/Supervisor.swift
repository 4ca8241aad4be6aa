/// Runs tasks, and runs them again when they fail.
///
/// ```swift
/// let supervisor = Supervisor(children: [
///     Child("inbox") { try await receive() },
///     Child("outbox", restart: .transient) { try await deliver() },
/// ])
/// try await supervisor.run()
/// ```
///
/// Children start in order and stop in reverse order. A child never has more than one running task, and none is started
/// once the supervisor is about to stop. A failure concerns the child that failed and those that the ``Strategy`` names;
/// failures that come too often, by the ``RestartLimit``, end the supervisor.
///
/// A supervisor is started once. It lives until it has stopped, whether or not anybody holds it, and may be a child's
/// work itself. Time is the clock's that it was given, and nothing else's. No function of this type blocks a thread, and
/// none of the code given to it runs under a lock, the clock's `now` and the random numbers of a ``Backoff`` aside.
public final class Supervisor: @unchecked Sendable {
    /// Something to be done outside the lock, one after another.
    enum Effect {
        case cancel(Task<Void, Never>)
        /// Let something go, which may run a deinitialiser of somebody else's.
        case release(any Sendable)
        case answer(CheckedContinuation<SupervisorError?, Never>, SupervisorError?)
        case watch(Int, Watcher)
        case unwatch(Int)
        case event(SupervisorEvent)
        case health(Health)
        case finish([CheckedContinuation<Void, Never>])
    }

    /// Whoever looks on, by a stream.
    enum Watcher {
        case events(AsyncStream<SupervisorEvent>.Continuation)
        case health(AsyncStream<Health>.Continuation, Health)
    }

    let clock: ElapsedClock
    let lock = Lock()

    // All of it under `lock`.
    var machine: SupervisorMachine
    var children: [Int: Child] = [:]
    /// Of the child that the machine is just taking in.
    var arriving: Child?
    var tasks: [Int: Task<Void, Never>] = [:]
    var timers: [Int: Task<Void, Never>] = [:]
    var requests: [Int: CheckedContinuation<SupervisorError?, Never>] = [:]
    var endWaiters: [Int: CheckedContinuation<Void, Never>] = [:]
    var watchers: [Int: Watcher] = [:]
    var effects: [Effect] = []
    var isPerforming = false
    var ancestors: [Home] = []
    /// How many children each template has made.
    var templateCounts: [String: Int] = [:]
    var lastNumber = 0

    /// Makes a supervisor; nothing runs before it is started.
    ///
    /// - Parameters:
    ///   - strategy: who is started anew when a child has failed.
    ///   - limit: how many restarts in how long a time are put up with; 3 in 5 seconds by default.
    ///   - backoff: how long it waits before a restart; not at all by default.
    ///   - autoStop: whether it stops when significant children have ended.
    ///   - clock: what the time is taken from. A test gives one that it moves itself.
    ///   - children: in the order in which they start. Two of one id make the start fail.
    public init<C: Clock>(
        _ strategy: Strategy = .oneForOne, limit: RestartLimit = .standard,
        backoff: Backoff = .none, autoStop: AutoStop = .never, clock: C,
        children: [Child] = []
    ) where C.Duration == Duration {
        self.clock = ElapsedClock(clock)
        machine = SupervisorMachine(
            strategy: strategy, limit: limit, backoff: backoff, autoStop: autoStop)
        for child in children { declare(child) }
    }

    /// Makes a supervisor whose time is that of `ContinuousClock`.
    ///
    /// - Parameters:
    ///   - strategy: who is started anew when a child has failed.
    ///   - limit: how many restarts in how long a time are put up with; 3 in 5 seconds by default.
    ///   - backoff: how long it waits before a restart; not at all by default.
    ///   - autoStop: whether it stops when significant children have ended.
    ///   - children: in the order in which they start. Two of one id make the start fail.
    public convenience init(
        _ strategy: Strategy = .oneForOne, limit: RestartLimit = .standard,
        backoff: Backoff = .none, autoStop: AutoStop = .never, children: [Child] = []
    ) {
        self.init(
            strategy, limit: limit, backoff: backoff, autoStop: autoStop, clock: ContinuousClock(),
            children: children)
    }

    private func declare(_ child: Child) {
        arriving = child
        let outputs = machine.handle(.add(child.traits, request: 0), now: .zero)
        for output in outputs {
            if case .admit(let serial) = output { children[serial] = child }
            if case .answer(_, let fault?) = output { machine.faultyChild = fault }
        }
        arriving = nil
    }

    func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }
}

extension Child {
    var traits: ChildSlot.Traits {
        ChildSlot.Traits(
            id: id, restart: restart, grace: grace, setupLimit: setup == nil ? nil : setupLimit,
            isSignificant: isSignificant, isDynamic: isDynamic)
    }
}
