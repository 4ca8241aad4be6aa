import StoreCore
import StoreEvents
import StoreTesting
import Synchronization
import Testing

@Suite struct `Ending` {
    /// A handler that is held at a gate and notes what it has been told of.
    private struct Held {
        let shop: Shop
        let gate = Gate()
        let notes = Notes()
        let subscription: Subscription

        init(_ options: StoreOption...) async throws {
            let shop = try await Shop(options)
            self.shop = shop
            subscription = shop.store.on("bucket.orders.inserted", named: "held") {
                [gate, notes] event, _ in
                await gate.pass()
                await notes.note("\(event.key)\(Task.isCancelled ? " cancelled" : "")")
            }
        }

        /// Inserts so many orders, and returns when the handler is busy with the first.
        func order(_ count: Int) async throws {
            try await shop.order(count)
            await gate.isReached()
        }
    }

    @Test func `by cancel forgets what waits, and lets the handler that runs go on to its end`()
        async throws
    {
        let held = try await Held()
        try await held.order(3)
        held.subscription.cancel()
        #expect(!held.subscription.isActive)
        #expect(held.subscription.status?.waiting == 0)
        await held.gate.open()
        try await held.shop.order(1)
        await held.subscription.cancelAndWait()
        #expect(await held.notes.all == ["1"])
        #expect(held.shop.store.subscriptions.isEmpty)
    }

    @Test func `may be asked for again, and in the handler`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        let box = Mutex<Subscription?>(nil)
        let subscription = shop.store.on("bucket.orders.inserted") { event, _ in
            await notes.note("\(event.key)")
            box.withLock { $0 }?.cancel()
            await box.withLock { $0 }?.cancelAndWait()
        }
        box.withLock { $0 = subscription }
        try await shop.order(3)
        await subscription.cancelAndWait()
        subscription.cancel()
        #expect(await notes.all.count <= 1)
        try await shop.store.settle()
    }

    @Test func `can be waited for`() async throws {
        let held = try await Held()
        try await held.order(1)
        let waiting = Task {
            await held.subscription.cancelAndWait()
            return await held.notes.all
        }
        await eventually { !held.subscription.isActive }
        #expect(await held.notes.all.isEmpty)
        await held.gate.open()
        #expect(await waiting.value == ["1"])
    }

    @Test(arguments: [true, false])
    func `is waited for by settle and by the store's stop too`(byStop: Bool) async throws {
        let held = try await Held()
        try await held.order(1)
        held.subscription.cancel()
        let waiting = Task {
            if byStop { await held.shop.store.stop() } else { try await held.shop.store.settle() }
            return await held.notes.all
        }
        // Whoever waits for a handler sets an alarm.
        await eventually { held.shop.clock.sleeperCount > 0 }
        await held.gate.open()
        #expect(try await waiting.value == ["1"])
    }

    @MainActor @Test func `on the handler's own actor begins no handler any more`() async throws {
        let shop = try await Shop()
        var keys: [Key] = []
        let subscription = shop.store.on("bucket.orders.inserted") { @MainActor event, _ in
            keys.append(event.key)
        }
        try await shop.order(100)
        subscription.cancel()
        let told = keys.count
        await subscription.cancelAndWait()
        try await shop.store.settle()
        #expect(keys.count == told)
    }

    @Test func `comes with the last who holds a scoped subscription`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        var scoped: ScopedSubscription? = shop.store.on("**") { event, _ in
            await notes.note("\(event.key)")
        }.scoped()
        let subscription = try #require(scoped?.subscription)
        try await shop.order(1)
        try await shop.store.settle()
        #expect(subscription.isActive)
        scoped = nil
        #expect(!subscription.isActive)
        try await shop.order(1)
        try await shop.store.settle()
        #expect(await notes.all == ["1"])
    }

    /// Something that a handler holds.
    private final class Thing: Sendable {}

    @Test(arguments: [true, false])
    func `lets go of what the handler holds`(byStop: Bool) async throws {
        let shop = try await Shop()
        var thing: Thing? = Thing()
        let isGone = { @Sendable [weak thing] in thing == nil }
        var subscription: Subscription? = shop.store.on("bucket.orders.inserted") { [thing] _, _ in
            withExtendedLifetime(thing) {}
        }
        thing = nil
        try await shop.order(1)
        try await shop.store.settle()
        #expect(!isGone())
        if byStop { await shop.store.stop() } else { subscription?.cancel() }
        subscription = nil
        await eventually(isGone)
    }

    // MARK: Restart

    @Test func `of the task loses no event and repeats none`() async throws {
        let held = try await Held()
        try await held.order(3)
        held.subscription.restart()
        #expect(held.subscription.isActive)
        await held.gate.open()
        try await held.shop.store.settle()
        #expect(await held.notes.all == ["1 cancelled", "2", "3"])
    }

    @Test func `of the task of an idle handler changes nothing`() async throws {
        let held = try await Held()
        await held.gate.open()
        held.subscription.restart()
        try await held.shop.order(2)
        try await held.shop.store.settle()
        #expect(await held.notes.all.map { $0.prefix(1) } == ["1", "2"])
    }

    @Test func `of the task may ask for the subscription where the handler is cancelled`()
        async throws
    {
        let shop = try await Shop()
        let gate = Gate()
        let box = Mutex<Subscription?>(nil)
        let subscription = shop.store.on("bucket.orders.inserted") { _, _ in
            await withTaskCancellationHandler {
                await gate.pass()
            } onCancel: {
                box.withLock { $0 }?.cancel()
            }
        }
        box.withLock { $0 = subscription }
        try await shop.order(1)
        await gate.isReached()
        subscription.restart()
        #expect(!subscription.isActive)
        await gate.open()
        await subscription.cancelAndWait()
    }

    @Test func `of the task makes what the handler throws then a dead letter`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        let subscription = shop.store.on("bucket.orders.inserted", retry: .upTo(5)) { event, _ in
            await gate.pass()
            try Task.checkCancellation()
            await notes.note("\(event.key)")
        }
        try await shop.order(2)
        await gate.isReached()
        subscription.restart()
        await gate.open()
        try await shop.store.settle()
        #expect(await notes.all == ["2"])
        #expect(shop.store.deadLetters.all.flatMap(\.events).map(\.key) == [1])
    }

    // MARK: The store's stop

    @Test func `with the store delivers what is there, and takes nothing more`() async throws {
        let held = try await Held()
        try await held.order(3)
        let stop = Task { await held.shop.store.stop() }
        await eventually { !held.subscription.isActive }
        await held.gate.open()
        await stop.value
        #expect(await held.notes.all == ["1", "2", "3"])
        #expect(held.shop.store.isStopped)
    }

    @Test func `with the store may write what follows from what is there`() async throws {
        let shop = try await Shop()
        let log = try await shop.define("log")
        let snapshot = Mutex<Int?>(nil)
        let gate = Gate()
        let subscription = shop.store.on("bucket.orders.inserted") { _, _ in
            await gate.pass()
            try await log.insert([:])
            let count = try log.count()
            snapshot.withLock { $0 = count }
        }
        try await shop.order(2)
        await gate.isReached()
        let letters = shop.store.deadLetters
        let stop = Task { await shop.store.stop() }
        await eventually { !subscription.isActive }
        await gate.open()
        await stop.value
        #expect(snapshot.withLock { $0 } == 2)
        #expect(letters.count == 0)
    }

    @Test func `with the store waits for a handler so long, and then tells it`() async throws {
        let held = try await Held(.events(stopLimit: .seconds(5)))
        try await held.order(2)
        let stop = Task { await held.shop.store.stop() }
        await eventually { held.shop.clock.sleeperCount > 0 }
        held.shop.clock.advance(by: .seconds(5))
        await stop.value
        #expect(held.shop.store.isStopped)
        #expect(await held.notes.all.isEmpty)
        await held.gate.open()
        await held.notes.have(1)
        #expect(await held.notes.all == ["1 cancelled"])
    }

    @Test func `with the store may be asked for in a handler`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("bucket.orders.inserted") { event, _ in
            await shop.store.stop()
            await notes.note("\(event.key)")
        }
        try await shop.order(1)
        await notes.have(1)
        await shop.store.stop()
        #expect(shop.store.isStopped)
        #expect(await notes.all == ["1"])
    }

    @Test func `has no figures and no task where it is one to something else`() {
        let subscription = Subscription(
            named: "a live query", isActive: { true }, cancel: {}, isQuiet: {})
        subscription.restart()
        #expect(subscription.status == nil)
        #expect(subscription.isActive)
    }

    @Test func `comes before the beginning where the store has stopped`() async throws {
        let shop = try await Shop()
        await shop.store.stop()
        let subscription = shop.store.on("**", named: "late") { _, _ in }
        #expect(subscription.name == "late")
        #expect(!subscription.isActive)
        #expect(subscription.status?.name == "late")
        #expect(subscription.status?.pattern == "**")
        #expect(subscription.status?.activity == .ended)
        subscription.cancel()
        subscription.restart()
        await subscription.cancelAndWait()
        #expect(shop.store.subscriptions.isEmpty)
    }
}
