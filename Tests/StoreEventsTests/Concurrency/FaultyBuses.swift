import StoreCore
import StoreEvents

extension Concurrency.EventBusUnderTest {
    private typealias Guarded = Concurrency.Guarded

    /// `on` returns before its handler is attached.
    static let attachesLater = Concurrency.EventBusUnderTest { store, plan, onFailure, handle in
        LateSubscription { real.subscribe(store, plan, onFailure, handle) }
    }

    /// `restart()` subscribes anew, and what has waited is gone.
    static let forgetsOnRestart = Concurrency.EventBusUnderTest { store, plan, onFailure, handle in
        RenewedSubscription { real.subscribe(store, plan, onFailure, handle) }
    }

    /// `restart()` hands over once more what was handed over last.
    static let repeatsOnRestart = Concurrency.EventBusUnderTest { store, plan, onFailure, handle in
        let last = Guarded<[Event]>([])
        let isDue = Guarded(false)
        let count = Guarded(0)
        let subscription = real.subscribe(store, plan, onFailure) { events in
            let repeated = isDue.withLock { due in
                defer { due = false }
                return due ? last.withLock { $0 } : []
            }
            last.withLock { $0 = events }
            for events in [repeated, events] where !events.isEmpty {
                count.withLock { $0 += events.count }
                try await handle(events)
            }
        }
        return AlteredSubscription(
            subscription, count: count, cancel: { subscription.cancel() },
            restart: { isDue.withLock { $0 = true } })
    }

    /// `cancel()` is noticed with the next event: what has been taken is handed over after it.
    static let cancelsLater = Concurrency.EventBusUnderTest { store, plan, onFailure, handle in
        let isCancelled = Guarded(false)
        let count = Guarded(0)
        let subscription = real.subscribe(store, plan, onFailure) { events in
            if isCancelled.withLock({ $0 }) { return }
            await Task.yield()
            count.withLock { $0 += events.count }
            try await handle(events)
        }
        return AlteredSubscription(
            subscription, count: count, cancel: { isCancelled.withLock { $0 = true } },
            restart: { subscription.restart() })
    }

    /// Every second delivery overtakes the one before.
    static let overtakes = Concurrency.EventBusUnderTest { store, plan, onFailure, handle in
        let held = Guarded<[Event]>([])
        return real.subscribe(store, plan, onFailure) { events in
            let before = held.withLock { held in
                defer { held = held.isEmpty ? events : [] }
                return held
            }
            if before.isEmpty { return }
            try await handle(events)
            try await handle(before)
        }
    }

    /// The handler's work is done by a task that nobody waits for.
    static let handsOn = Concurrency.EventBusUnderTest { store, plan, onFailure, handle in
        real.subscribe(store, plan, onFailure) { events in
            Task.detached {
                await Task.yield()
                try await handle(events)
            }
        }
    }
}

private typealias SubscriptionUnderTest = Concurrency.SubscriptionUnderTest

/// A subscription that is not there yet when it is returned.
private final class LateSubscription: SubscriptionUnderTest {
    private let task: Task<any SubscriptionUnderTest, Never>
    private let subscription = Concurrency.Guarded<(any SubscriptionUnderTest)?>(nil)
    private let isCancelled = Concurrency.Guarded(false)

    init(_ subscribe: @escaping @Sendable () -> any SubscriptionUnderTest) {
        task = Task.detached { [subscription, isCancelled] in
            for _ in 0..<4 { await Task.yield() }
            let made = subscribe()
            subscription.withLock { $0 = made }
            if isCancelled.withLock({ $0 }) { made.cancel() }
            return made
        }
    }

    private var made: (any SubscriptionUnderTest)? { subscription.withLock { $0 } }

    func cancel() {
        isCancelled.withLock { $0 = true }
        made?.cancel()
    }

    func cancelAndWait() async {
        cancel()
        await task.value.cancelAndWait()
    }

    func restart() { made?.restart() }

    var figures: Concurrency.Figures {
        made?.figures ?? .init(delivered: 0, dropped: 0, isActive: true, isIdle: false)
    }
}

/// A subscription that gives way to another one.
private final class RenewedSubscription: SubscriptionUnderTest {
    private typealias State = (subscription: any SubscriptionUnderTest, before: Int)

    private let subscribe: @Sendable () -> any SubscriptionUnderTest
    private let state: Concurrency.Guarded<State>

    init(_ subscribe: @escaping @Sendable () -> any SubscriptionUnderTest) {
        self.subscribe = subscribe
        state = Concurrency.Guarded((subscribe(), 0))
    }

    private var subscription: any SubscriptionUnderTest { state.withLock { $0.subscription } }

    func cancel() { subscription.cancel() }
    func cancelAndWait() async { await subscription.cancelAndWait() }

    func restart() {
        let old = subscription
        old.cancel()
        state.withLock { $0 = (subscribe(), $0.before + old.figures.delivered) }
    }

    var figures: Concurrency.Figures {
        let (subscription, before) = state.withLock { $0 }
        var figures = subscription.figures
        figures.delivered += before
        return figures
    }
}

/// A subscription of which some parts are others.
private struct AlteredSubscription: SubscriptionUnderTest {
    private let subscription: any SubscriptionUnderTest
    private let count: Concurrency.Guarded<Int>
    private let cancelling: @Sendable () -> Void
    private let restarting: @Sendable () -> Void

    init(
        _ subscription: any SubscriptionUnderTest, count: Concurrency.Guarded<Int>,
        cancel: @escaping @Sendable () -> Void, restart: @escaping @Sendable () -> Void
    ) {
        self.subscription = subscription
        self.count = count
        cancelling = cancel
        restarting = restart
    }

    func cancel() { cancelling() }

    func cancelAndWait() async {
        cancelling()
        await subscription.cancelAndWait()
    }

    func restart() { restarting() }

    var figures: Concurrency.Figures {
        var figures = subscription.figures
        figures.delivered = count.withLock { $0 }
        return figures
    }
}
