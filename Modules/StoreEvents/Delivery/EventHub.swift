import StoreCore

/// A store's part that hands its commits to subscribers.
///
/// It is told of every commit and looks up, by bucket and kind, whom it concerns. Lock order: the store's locks, the
/// hub's, a receiver's.
final class EventHub: CommitObserver, @unchecked Sendable {
    /// What `.events(…)` decides.
    struct Settings: Sendable {
        /// How long `settle()` waits for a handler.
        var handlerLimit = Duration.seconds(30)
        /// How long the store's stop waits for handlers.
        var stopLimit = Duration.seconds(5)
        var deadLettersMax = 1_000
    }

    static let componentName = "events"

    let settings: Settings
    let deadLetters: DeadLetterBox
    let looking = LookingTasks()
    private let lock = Lock()
    // All of it under `lock`.
    private var index = TopicIndex()
    private var routes: [UInt64: Route] = [:]
    /// The route of the last change: the next one is often of the same bucket.
    private var lastRoute: Route?
    /// Those whose subscriptions are over, and whose handlers may not be.
    private var leaving: [Subscriber] = []
    private var leavingKept = 32
    private var mailboxes: [(id: UInt64, mailbox: CommitMailbox, needsOldImages: Bool)] = []
    private var mailboxesWithOldImages = 0
    private var lastID: UInt64 = 0
    private var isClosed = false
    private var told = Position.start
    private var registration: ObserverRegistration?
    private var clock: (any StoreClock)?
    /// What handlers run in: it says that they belong to the store.
    private var context = StoreContext()

    /// Routes are made anew when they are needed; those of buckets that are gone are never.
    private static let routesMax = 1_024

    init(_ settings: Settings = Settings(), context: StoreContext? = nil) {
        self.settings = settings
        if let context { self.context = context }
        deadLetters = DeadLetterBox(max: settings.deadLettersMax)
    }

    /// The hub of a store, made with the first use.
    ///
    /// - Throws: `StoreError` (`stopped`; `refused` if another component has its name).
    static func of(_ store: Store) throws -> EventHub {
        let component = try store.component(named: componentName) {
            EventHub(context: .forComponent())
        }
        guard let hub = component as? EventHub else {
            let fault =
                "a component of another kind is called “\(componentName)”: give it another name"
            throw StoreError(.refused(fault))
        }
        return hub
    }

    // MARK: Commits

    /// Everything, with the old images of buckets whose updates or deletions somebody wants.
    var interest: CommitInterest {
        lock.withLock {
            let buckets = mailboxesWithOldImages > 0 ? nil : index.bucketsWithOldImages
            return CommitInterest(
                needsOldImages: buckets.map { !$0.isEmpty } ?? true, bucketsWithOldImages: buckets)
        }
    }

    func didCommit(_ commit: Commit) {
        var woken: [CheckedContinuation<Void, Never>] = []
        let mailboxes = lock.withLock {
            told = commit.position
            if !index.isEmpty {
                commit.forEachRecordChange { place, generation, kind in
                    publish(commit, place, generation, kind, &woken)
                }
            }
            return self.mailboxes.isEmpty ? nil : self.mailboxes
        }
        for waiter in woken { waiter.resume() }
        guard let mailboxes else { return }
        for (_, mailbox, _) in mailboxes { mailbox.didCommit(commit) }
    }

    @inline(__always)
    private func publish(
        _ commit: Commit, _ place: Int, _ generation: UInt64, _ kind: Change.Kind,
        _ woken: inout [CheckedContinuation<Void, Never>]
    ) {
        let route = route(generation, commit, place)
        let receivers = route[kind]
        if receivers.isEmpty { return }
        let event = Event(commit, place, kind, route.topics)
        for receiver in receivers {
            if kind == .updated, receiver.isSelective,
                !receiver.interest.isTouched(by: event.change)
            {
                continue
            }
            if let waiter = receiver.offer(event) { woken.append(waiter) }
        }
    }

    @inline(__always)
    private func route(_ generation: UInt64, _ commit: Commit, _ place: Int) -> Route {
        if let lastRoute, lastRoute.topics.bucket.generation == generation { return lastRoute }
        return findRoute(generation, commit, place)
    }

    @inline(never)
    private func findRoute(_ generation: UInt64, _ commit: Commit, _ place: Int) -> Route {
        if let route = routes[generation] {
            lastRoute = route
            return route
        }
        let bucket = commit.recordChange(at: place).bucket
        let route = Route(bucket, BucketTopics(bucket), index)
        if routes.count >= EventHub.routesMax { routes = [:] }
        routes[generation] = route
        lastRoute = route
        return route
    }

    /// Receivers have changed: routes are made anew as they are needed.
    private func forgetRoutes() {
        routes = [:]
        lastRoute = nil
    }

    func storeDidStop() { close() }

    // MARK: Joining and leaving

    /// Takes a receiver in: it is offered every event of a commit that is put in place after this returns.
    ///
    /// - Throws: `StoreError` (`stopped`); it is not taken in then.
    func join<Receiver: EventReceiver>(
        _ store: Store, _ make: (UInt64, StoreContext) -> Receiver
    ) throws -> Receiver {
        let receiver = try lock.withLock { () throws -> Receiver in
            if isClosed { throw StoreError(.stopped) }
            lastID += 1
            let receiver = make(lastID, context)
            if index.insert(receiver) { askForMore() }
            forgetRoutes()
            return receiver
        }
        do {
            try attach(to: store)
        } catch {
            leave(receiver)
            throw error
        }
        return receiver
    }

    func leave(_ receiver: any EventReceiver) {
        let (registration, changesInterest) = lock.withLock {
            () -> (ObserverRegistration?, Bool) in
            // Once only: who has left may be cancelled again while its handler runs.
            guard index[receiver.id] != nil else { return (nil, false) }
            let changesInterest = index.remove(receiver)
            forgetRoutes()
            if let subscriber = receiver as? Subscriber, subscriber.isWorking {
                // Each costs the same, however many leave at once.
                if leaving.count >= 2 * leavingKept {
                    leaving.removeAll { !$0.isWorking }
                    leavingKept = max(32, leaving.count)
                }
                leaving.append(subscriber)
            }
            return (self.registration, changesInterest)
        }
        if changesInterest { registration?.interestHasChanged() }
    }

    /// Takes a mailbox in, as `join` does a receiver; the store may be left out once somebody has joined.
    ///
    /// - Returns: what it leaves by.
    /// - Throws: `StoreError` (`stopped`).
    func join(_ store: Store?, _ mailbox: CommitMailbox) throws -> UInt64 {
        let needsOldImages = mailbox.interest.needsOldImages
        let id = try lock.withLock { () throws -> UInt64 in
            if isClosed { throw StoreError(.stopped) }
            lastID += 1
            mailboxes.append((lastID, mailbox, needsOldImages))
            if needsOldImages {
                mailboxesWithOldImages += 1
                if mailboxesWithOldImages == 1 { askForMore() }
            }
            return lastID
        }
        do {
            try attach(to: store)
        } catch {
            leave(id)
            throw error
        }
        return id
    }

    func leave(_ mailbox: UInt64) {
        let (gone, registration, changesInterest) = lock.withLock {
            () -> (CommitMailbox?, ObserverRegistration?, Bool) in
            guard let place = mailboxes.firstIndex(where: { $0.id == mailbox }) else {
                return (nil, nil, false)
            }
            let gone = mailboxes.remove(at: place)
            if gone.needsOldImages { mailboxesWithOldImages -= 1 }
            return (
                gone.mailbox, self.registration, gone.needsOldImages && mailboxesWithOldImages == 0
            )
        }
        gone?.close()
        if changesInterest { registration?.interestHasChanged() }
    }

    /// Has the store look at what is needed before its next commit; under the lock.
    ///
    /// Not later: whoever comes next and needs the same does not ask again, and may write at once.
    private func askForMore() { registration?.interestHasChanged() }

    /// Sees to it that the store tells of its commits, with what the receivers need by now.
    private func attach(to store: Store?) throws {
        if lock.withLock({ self.registration != nil }) { return }
        guard let store else { throw StoreError(.stopped) }
        let registration = try store.attachNow(self)
        lock.withLock {
            self.registration = registration
            clock = store.clock
            askForMore()
        }
    }

    /// Ends what comes in: no receiver is offered anything any more.
    private func close() {
        let (receivers, mailboxes) = lock.withLock {
            isClosed = true
            defer { self.mailboxes = [] }
            return (Array(index.all), self.mailboxes)
        }
        for receiver in receivers { receiver.close() }
        for (_, mailbox, _) in mailboxes { mailbox.close() }
    }
}

extension EventHub: StoreComponent {
    var name: String { EventHub.componentName }

    func start(on store: Store) async throws {
        lock.withLock { context = .forComponent() }
        try attach(to: store)
    }

    /// Those whose handlers are to be waited for.
    private var subscribers: [Subscriber] {
        lock.withLock { index.all.compactMap { $0 as? Subscriber } + leaving }
    }

    /// Receivers in the order in which they came.
    var receivers: [any EventReceiver] {
        lock.withLock { Array(index.all) }.sorted { $0.id < $1.id }
    }

    /// The newest commit that the hub was told of.
    var newest: Position { lock.withLock { told } }

    subscript(receiver id: UInt64) -> (any EventReceiver)? { lock.withLock { index[id] } }

    /// Waits for all handlers but the one that this is called in; from a handler, also for none that waits itself.
    func drain(through position: Position) async throws {
        let own = Delivery.currentSubscriber
        own?.changeSettling(by: 1)
        defer { own?.changeSettling(by: -1) }
        let isHandler = own != nil
        let busy = subscribers.compactMap { subscriber in
            subscriber === own
                ? nil
                : subscriber.beginDrain(through: position, forHandler: isHandler).map {
                    (subscriber: subscriber, position: $0)
                }
        }
        if busy.isEmpty { return }
        let watch = watch(busy.map(\.subscriber), for: settings.handlerLimit)
        defer { watch?.cancel() }
        for (subscriber, position) in busy {
            try await subscriber.drain(through: position, forHandler: isHandler)
        }
    }

    var awaited: [String] { subscribers.compactMap(\.whatIsAwaited) }

    /// The shortest time between two looks at busy handlers.
    private static let watchStep = Duration.milliseconds(1)

    /// Tells those who wait for a handler for longer than that.
    private func watch(_ busy: [Subscriber], for limit: Duration) -> Task<Void, Never>? {
        guard let clock = lock.withLock({ clock }) else { return nil }
        let start = clock.now
        return Task.detached {
            var deadline = start + limit
            while !Task.isCancelled,
                (try? await clock.sleep(until: deadline, tolerance: nil)) != nil
            {
                // A handler that was busy before is waited for as long as one that begins now.
                let now = clock.now
                let since = now - limit
                let soonest = now + EventHub.watchStep
                var next = max(now + limit, soonest)
                for subscriber in busy {
                    if let begun = subscriber.reportHanging(since: since) {
                        next = max(soonest, min(next, begun + limit))
                    }
                }
                deadline = next
            }
        }
    }

    /// Lets handlers have what was before them, for a while, and then cancels those that go on.
    func stop() async {
        close()
        let (registration, clock) = lock.withLock { (self.registration, self.clock) }
        registration?.cancel()
        let all = subscribers
        let limit = clock.map { clock in
            Task.detached { [settings] in
                let deadline = clock.now + settings.stopLimit
                guard (try? await clock.sleep(until: deadline, tolerance: nil)) != nil else {
                    return
                }
                for subscriber in all { subscriber.giveUp() }
            }
        }
        await withTaskCancellationHandler {
            for subscriber in all { await subscriber.hasEnded() }
        } onCancel: {
            // The store does not wait any longer.
            for subscriber in all { subscriber.giveUp() }
        }
        limit?.cancel()
        for subscriber in all { subscriber.cancel() }
        lock.withLock {
            index.removeAll()
            forgetRoutes()
            leaving = []
        }
    }

    var health: ComponentHealth {
        guard let clock = lock.withLock({ clock }) else { return .healthy }
        let since = clock.now - settings.handlerLimit
        let faults = subscribers.compactMap { $0.fault(since: since) }
        let letters = deadLetters.count
        var texts = faults
        if letters > 0 { texts.append("\(letters) deliveries have failed: see deadLetters") }
        return texts.isEmpty ? .healthy : .degraded(texts.joined(separator: "; "))
    }

    var statistics: Fields {
        let newest = newest
        let all = receivers.map { $0.status(newest) }
        func sum(_ figure: KeyPath<SubscriptionStatus, Int>) -> Value {
            .integer(Int64(all.reduce(0) { $0 + $1[keyPath: figure] }))
        }
        return [
            "subscriptions": .integer(Int64(all.count)),
            "waiting": sum(\.waiting),
            "lag": .integer(Int64(all.map(\.lag).max() ?? 0)),
            "delivered": sum(\.delivered),
            "failed": sum(\.failed),
            "dropped": sum(\.dropped),
            "coalesced": sum(\.coalesced),
            "deadLetters": .integer(Int64(deadLetters.count)),
        ]
    }
}
