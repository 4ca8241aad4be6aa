import StoreCore
import StoreSupervision
import Synchronization

/// Counts the tasks of a hub that have run out of work, and have not ended yet.
final class LookingTasks: Sendable {
    let count = Atomic<Int>(0)
}

/// Someone whose handler is called with each event, one after another, in the order of commits.
///
/// The lock is taken under the hub's, never the other way round; no handler and no continuation runs under it.
final class Subscriber: EventReceiver, @unchecked Sendable {
    /// How a subscriber is asked to work.
    struct Settings: Sendable {
        private(set) var name: String
        let interest: EventInterest
        let buffering: BufferingRule
        let retry: Retry
        let batching: Batching?
        private var handler: Handler?
        private let isNamed: Bool

        init(
            name: String?, interest: EventInterest, buffering: BufferingRule, retry: Retry,
            batching: Batching? = nil, onFailure: (@Sendable (DeliveryFailure) -> Void)?,
            isolation: (any Actor)?, call: Call
        ) {
            self.name = name ?? interest.pattern.text
            isNamed = name != nil
            self.interest = interest
            self.buffering = buffering
            self.retry = retry
            self.batching = batching?.within(buffering)
            handler = Handler(isolation: isolation, call: call, onFailure: onFailure)
        }

        /// Tells a subscriber without a name of its own from others.
        mutating func number(_ id: UInt64) {
            if !isNamed { name += " #\(id)" }
        }

        /// Gives away what is called.
        fileprivate mutating func takeHandler() -> Handler? {
            defer { handler = nil }
            return handler
        }
    }

    /// What is called.
    enum Call: Sendable {
        case each(@isolated(any) @Sendable (Event, String) async throws -> Void)
        case batch(@isolated(any) @Sendable ([Event]) async throws -> Void)
    }

    /// What is called with each delivery.
    final class Handler: Sendable {
        /// Where it runs; nil: anywhere.
        let isolation: (any Actor)?
        private let call: Call
        let onFailure: (@Sendable (DeliveryFailure) -> Void)?

        init(
            isolation: (any Actor)?, call: Call,
            onFailure: (@Sendable (DeliveryFailure) -> Void)?
        ) {
            self.isolation = isolation
            self.call = call
            self.onFailure = onFailure
        }

        func handle(_ delivery: Delivery) async throws {
            switch call {
            case .each(let call): try await call(delivery.last, delivery.last.topic)
            case .batch(let call): try await call(delivery.events)
            }
        }
    }

    let id: UInt64
    let isSelective: Bool
    let settings: Settings
    let clock: any StoreClock
    private let context: StoreContext
    private let deadLetters: DeadLetterBox
    private let looking: LookingTasks
    let lock = Lock()
    /// Under `lock`; in memory of its own, so that reaching it needs no exclusivity check.
    private let memory: UnsafeMutablePointer<SubscriberState>

    /// How often a task that has run out of work looks again before it ends: a writer that is just about to write
    /// has no task to start then.
    private static let looksMax = 16
    /// How many tasks of a hub look again at the same time: a crowd that has been told of one event ends at once.
    private static let lookingMax = 2

    init(
        _ id: UInt64, _ settings: Settings, _ clock: any StoreClock, _ context: StoreContext,
        _ deadLetters: DeadLetterBox, _ looking: LookingTasks
    ) {
        self.id = id
        var settings = settings
        let handler = settings.takeHandler()
        self.settings = settings
        self.clock = clock
        self.context = context
        self.deadLetters = deadLetters
        self.looking = looking
        isSelective = settings.interest.fields != nil
        memory = .allocate(capacity: 1)
        memory.initialize(
            to: SubscriberState(
                EventQueue(settings.buffering, settings.interest.pattern.kinds), handler))
    }

    deinit {
        memory.deinitialize(count: 1)
        memory.deallocate()
    }

    /// Under `lock`.
    @inline(__always)
    var state: SubscriberState {
        _read { yield memory.pointee }
        _modify { yield &memory.pointee }
    }

    var interest: EventInterest { settings.interest }

    // MARK: Events coming in

    func offer(_ event: Event) -> CheckedContinuation<Void, Never>? {
        lock.withLock {
            guard !state.isClosed else { return }
            switch state.queue.append(event) {
            case .taken: break
            case .displacing: state.figures.dropped += 1
            case .merged: state.figures.coalesced += 1
            case .cancelledOut:
                state.figures.coalesced += 1
                if state.queue.isEmpty { gatherAnew() }
            case .refused:
                state.isClosed = true
                state.figures.overflow = SubscriptionError(
                    settings.name, .overflow(capacity: state.queue.count))
            }
            workOn()
        }
        return nil
    }

    /// Sees to it that there is a task if there is work, and a timer if there will be; under the lock.
    func workOn() {
        if state.hasTask { return }
        if state.hasWork(settings.batching) {
            state.hasTask = true
            // Under the lock, so that the task is known before it can end.
            state.task = Task.detached { [self] in await run() }
        } else if let wait = settings.batching?.within, state.timer == nil,
            let first = state.queue.first
        {
            // It may have come long ago, while the handler was busy.
            startTimer(until: min(first.timestamp, clock.now) + wait)
        }
    }

    private func startTimer(until deadline: Timestamp) {
        state.timerNumber += 1
        let number = state.timerNumber
        state.timer = Task.detached { [weak self, clock] in
            try? await clock.sleep(until: deadline, tolerance: nil)
            self?.timeIsUp(number)
        }
    }

    private func timeIsUp(_ number: Int) {
        lock.withLock {
            guard number == state.timerNumber, state.timer != nil else { return }
            state.timer = nil
            flush()
        }
    }

    /// Hands over what has gathered; under the lock.
    func flush() {
        guard settings.batching != nil, !state.queue.isEmpty else { return }
        state.isFlushing = true
        workOn()
    }

    /// Nothing that has gathered is left: what comes next waits as the first of a batch does; under the lock.
    private func gatherAnew() {
        state.isFlushing = false
        stopTimer()
    }

    private func stopTimer() {
        state.timer?.cancel()
        state.timer = nil
    }

    // MARK: Working

    private func run() async {
        await context.run { await work() }
    }

    private func work() async {
        guard let handler = lock.withLock({ state.handler }) else {
            _ = await findsMore()
            return
        }
        repeat {
            await deliver(to: handler, isolation: handler.isolation)
        } while await findsMore()
    }

    /// Delivers what is there.
    ///
    /// On the handler's own actor, so that whoever cancels there finds the next event taken and its handler begun, or
    /// neither.
    private func deliver(to handler: Handler, isolation: isolated (any Actor)?) async {
        var hasSucceeded = false
        var shift = Shift(isOnActor: isolation != nil)
        while let delivery = begin(hasSucceeded) {
            hasSucceeded = await perform(delivery, handler)
            // Before the next event is taken: who cancels meanwhile finds it untouched.
            if shift.isOver() { await Task.yield() }
        }
    }

    /// How long a subscriber keeps its thread, or its actor, while there is work.
    private struct Shift {
        private static let lengthMax = Duration.milliseconds(2)
        private var begin = ContinuousClock.now
        private var count = 0
        private let step: Int

        /// Reading a clock costs a fair part of what a short handler does; others have no other actor to go to.
        init(isOnActor: Bool) { step = isOnActor ? 4 : 32 }

        mutating func isOver() -> Bool {
            count += 1
            guard count >= step else { return false }
            count = 0
            let now = ContinuousClock.now
            guard begin.duration(to: now) >= Shift.lengthMax else { return false }
            begin = now
            return true
        }
    }

    /// Takes the next events for the handler, which has returned from those before if it was busy.
    private func begin(_ hasSucceeded: Bool) -> Delivery? {
        let (begun, released) = lock.withLock { () -> (Delivery?, Released?) in
            if hasSucceeded { state.phase = .idle }
            // What somebody waits for may have given way in the buffer: no handler's end says so then.
            guard let delivery = state.begin(self, settings.batching) else {
                return (nil, release())
            }
            if settings.batching != nil { stopTimer() }
            state.phase = .handling(delivery, since: clock.now)
            if delivery.replay == nil {
                state.figures.delivered += delivery.count
                state.figures.position = delivery.last.position
            }
            return (delivery, release())
        }
        released?.resume()
        return begun
    }

    /// Whether there is something to do after all, before the task ends.
    private func findsMore() async -> Bool {
        let others = looking.count.wrappingAdd(1, ordering: .relaxed).oldValue
        defer { looking.count.wrappingSubtract(1, ordering: .relaxed) }
        for _ in 0..<(others < Subscriber.lookingMax ? Subscriber.looksMax : 0) {
            if lock.withLock({ mustEnd || state.hasWork(settings.batching) }) { break }
            await Task.yield()
        }
        let ended: [CheckedContinuation<Void, Never>]? = lock.withLock {
            if !mustEnd, state.hasWork(settings.batching) { return nil }
            state.hasTask = false
            state.task = nil
            state.isRestarting = false
            workOn()
            if state.hasTask { return [] }
            defer { state.ended = [] }
            return state.ended
        }
        for waiter in ended ?? [] { waiter.resume() }
        return ended == nil
    }

    private var mustEnd: Bool { state.isCancelled || state.isRestarting }

    /// Calls the handler until it returns or is given up.
    ///
    /// - Returns: true if it has returned, which is still to be noted.
    private func perform(_ delivery: Delivery, _ handler: Handler) async -> Bool {
        defer { delivery.end() }
        var attempts = 0
        while true {
            do {
                try await context.run(causedBy: delivery) { try await handler.handle(delivery) }
                guard let replay = delivery.replay else { return true }
                finish(failed: false)
                replay.resume()
                return false
            } catch {
                attempts += 1
                if delivery.replay == nil, let wait = backOff(delivery, attempts) {
                    report(delivery, error, attempts, isRetried: true, to: handler)
                    await wait.value
                    if resume(delivery) { continue }
                }
                deadLetters.add(delivery, self, error, attempts)
                report(delivery, error, attempts, isRetried: false, to: handler)
                finish(failed: true)
                delivery.replay?.resume(throwing: error)
                return false
            }
        }
    }

    private func report(
        _ delivery: Delivery, _ error: any Error, _ attempts: Int, isRetried: Bool,
        to handler: Handler
    ) {
        handler.onFailure?(
            DeliveryFailure(
                subscription: settings.name, events: delivery.events, error: error,
                attempts: attempts, isRetried: isRetried))
    }

    /// The wait before the next attempt; nil if there is none.
    private func backOff(_ delivery: Delivery, _ attempts: Int) -> Task<Void, Never>? {
        let (sleeper, done) = lock.withLock {
            () -> (Task<Void, Never>?, [CheckedContinuation<Void, any Error>]) in
            guard attempts < settings.retry.attemptsMax, !mustEnd, !state.isClosed else {
                return (nil, [])
            }
            let until = clock.now + settings.retry.backoff.delay(afterFailures: attempts)
            state.phase = .backingOff(until: until)
            // A task of its own: whoever cuts the wait short does not cancel what comes after it.
            state.sleeper = Task.detached { [clock] in
                try? await clock.sleep(until: until, tolerance: nil)
            }
            return (state.sleeper, state.takeDone())
        }
        for waiter in done { waiter.resume() }
        return sleeper
    }

    /// Whether the handler is to be called again after its wait.
    private func resume(_ delivery: Delivery) -> Bool {
        lock.withLock {
            state.sleeper = nil
            if mustEnd || state.isClosed { return false }
            state.phase = .handling(delivery, since: clock.now)
            return true
        }
    }

    private func finish(failed: Bool) {
        let released = lock.withLock {
            state.phase = .idle
            if failed { state.figures.failed += 1 }
            return release()
        }
        released?.resume()
    }

    /// Those who have waited for what is so by now, to be resumed when the lock is left.
    struct Released {
        let done: [CheckedContinuation<Void, any Error>]
        let quiet: [CheckedContinuation<Void, Never>]

        func resume() {
            for waiter in done { waiter.resume() }
            for waiter in quiet { waiter.resume() }
        }
    }

    /// Under the lock.
    @inline(__always)
    func release() -> Released? {
        state.waiters.isEmpty && state.quiet.isEmpty ? nil : releaseSome()
    }

    @inline(never)
    private func releaseSome() -> Released {
        var quiet: [CheckedContinuation<Void, Never>] = []
        if !state.isHandling { swap(&quiet, &state.quiet) }
        return Released(done: state.takeDone(), quiet: quiet)
    }
}
