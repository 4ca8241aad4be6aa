public import StoreCore
import StoreSupervision

/// Deletes overdue records, as soon as they are.
///
/// It sleeps until the next deadline of any bucket, and is woken when a nearer one is stored. Nobody waits for it:
/// overdue records are seen by no read, whether it has come by or not.
final class Sweeper: StoreComponent, @unchecked Sendable {
    static let componentName = "expiry"

    let name = Sweeper.componentName
    private let checkInterval: Duration
    private let alarm = Alarm()
    private let lock = Lock()
    // All of it under `lock`.
    private var context: StoreContext?
    private weak var store: Store?
    private var watch: DeadlineWatch?
    private var task: Task<Void, Never>?
    private var isOver = false
    private var state: SweeperState

    init(
        checkInterval: Duration = .milliseconds(10), context: StoreContext? = nil,
        backoff: Backoff = .exponential(from: .milliseconds(100), to: .seconds(30))
    ) {
        self.checkInterval = checkInterval
        self.context = context
        state = SweeperState(backoff: backoff)
    }

    /// Sees to it that the store has a sweeper.
    ///
    /// - Throws: `StoreError` (`stopped`; `refused` if another component has its name).
    static func attach(to store: Store) throws {
        let component = try store.component(named: componentName) {
            Sweeper(context: .forComponent())
        }
        guard let sweeper = component as? Sweeper else {
            let fault =
                "a component of another kind is called “\(componentName)”: give it another name"
            throw StoreError(.refused(fault))
        }
        sweeper.begin(on: store)
    }

    // MARK: Life

    func start(on store: Store) async throws {
        lock.withLock { if context == nil { context = .forComponent() } }
        begin(on: store)
    }

    /// Begins to sweep, unless that has happened, is over, or is not wanted.
    private func begin(on store: Store) {
        lock.withLock {
            guard self.store == nil, !isOver else { return }
            self.store = store
            guard checkInterval > .zero else { return }
            let watch = store.watchDeadlines { [alarm] in alarm.ring() }
            self.watch = watch
            let (clock, context) = (store.clock, context ?? StoreContext())
            task = Task.detached { [weak self] in
                await context.run {
                    await Causation(Sweeper.componentName, cause: nil).run {
                        await Sweeper.run({ [weak self] in self }, watch, on: clock)
                    }
                }
            }
        }
    }

    func stop() async {
        let (watch, task) = lock.withLock {
            isOver = true
            return (self.watch, self.task)
        }
        watch?.cancel()
        task?.cancel()
        await task?.value
    }

    /// Sweeps, and sleeps until there is something to do, until the task is cancelled or the store is gone.
    private static func run(
        _ sweeper: @Sendable () -> Sweeper?, _ watch: DeadlineWatch, on clock: any StoreClock
    ) async {
        while !Task.isCancelled {
            watch.reset()
            guard let alarm = sweeper()?.alarm, let interval = sweeper()?.checkInterval,
                let next = await sweeper()?.look()
            else { return }
            let earliest = clock.now + interval
            if let next {
                if next > earliest, watch.arm(until: next) {
                    await alarm.wait(until: next, on: clock)
                }
            } else if watch.arm(until: nil) {
                await alarm.wait()
            }
            // Whatever is stored meanwhile has to wait for the next sweep anyway.
            try? await clock.sleep(until: earliest, tolerance: nil)
        }
    }

    // MARK: Sweeping

    /// Sweeps whatever is due.
    ///
    /// - Returns: when to look again, inside nil if there is no deadline; nil if the store is gone.
    private func look() async -> Timestamp?? {
        guard let store = lock.withLock({ store }), !store.isStopped else { return nil }
        lock.withLock { state.looks += 1 }
        let buckets = store.buckets.compactMap { try? store.bucket($0.name) }
        for bucket in buckets { await sweep(bucket) }
        let next = buckets.compactMap(nextLook).min()
        lock.withLock {
            state.keep(Set(buckets.map(\.reference)))
            state.next = next
        }
        return .some(next)
    }

    /// Sweeps one bucket; what keeps it from that is noted and keeps it from nothing else.
    ///
    /// - Parameters:
    ///   - bucket: which bucket.
    ///   - isDraining: whether everything is to be done that there is to do: all reads count, however far off the
    ///     deadline is, and no failure is a reason to wait.
    private func sweep(_ bucket: DynamicBucket, isDraining: Bool = false) async {
        let now = bucket.store.now
        let isWaiting = lock.withLock { state.isWaiting(bucket.reference, at: now) }
        guard isDraining || !isWaiting else { return }
        let sweep = Sweep(bucket: bucket)
        do {
            if let (kind, lifetime) = bucket.definition.lifetime, kind == .sliding {
                let horizon = now + lifetime.granularity
                let count =
                    isDraining
                    ? try await sweep.prolong(
                        lifetime, through: .distantFuture, byAtLeast: lifetime.leastGain)
                    : try await sweep.prolong(lifetime, through: horizon)
                lock.withLock {
                    state.prolonged += count
                    state.looked(at: bucket.reference, through: horizon)
                }
            }
            try await sweep.expire { count in lock.withLock { state.swept += count } }
            lock.withLock { state.succeeded(bucket.reference) }
        } catch let error as StoreError where error.reason == .bucketDropped(bucket.name) {
            // It has taken its records along.
        } catch is CancellationError {
            // The sweeper is told to stop.
        } catch {
            lock.withLock { state.failed(bucket.reference, error, at: now) }
        }
    }

    private func nextLook(at bucket: DynamicBucket) -> Timestamp? {
        var granularity: Duration?
        if let (kind, lifetime) = bucket.definition.lifetime, kind == .sliding {
            granularity = lifetime.granularity
        }
        let state = lock.withLock { self.state }
        return try? state.nextLook(
            at: bucket.reference, { try bucket.nextDeadline(after: $0) }, granularity)
    }

    /// Sweeps everything that is overdue now, and prolongs everything that has been read.
    func drain(through position: Position) async throws {
        let store = lock.withLock { checkInterval > .zero ? self.store : nil }
        guard let store else { return }
        let buckets = store.buckets.compactMap { try? store.bucket($0.name) }
        await Causation(name, cause: nil).run { () async -> Void in
            for bucket in buckets { await sweep(bucket, isDraining: true) }
        }
    }

    // MARK: Reports

    var statistics: Fields {
        lock.withLock {
            [
                "swept": .integer(Int64(state.swept)),
                "prolonged": .integer(Int64(state.prolonged)),
                "looks": .integer(Int64(state.looks)),
                "nextDeadline": state.next.map(Value.date) ?? .null,
            ]
        }
    }

    var health: ComponentHealth { lock.withLock { state.health } }
}

extension Store {
    /// Deletes every record whose deadline has passed, whether the sweeper is on or off.
    ///
    /// Reads do not show them before either; this frees their memory and tells observers. It goes in slices, so that
    /// writers get in between.
    ///
    /// - Returns: how many records were deleted by this call.
    /// - Throws: `StoreError` (`stopped`), and what refuses a deletion: the other buckets are purged then, too.
    @discardableResult
    public func purgeExpired() async throws -> Int {
        var purged = 0
        var failure: (any Error)?
        for bucket in buckets.compactMap({ try? self.bucket($0.name) }) {
            do { try await Sweep(bucket: bucket).expire { purged += $0 } } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return purged
    }
}
