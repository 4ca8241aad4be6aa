public import StoreCore

extension Store {
    /// What handlers could not be brought to do; a store that has stopped has it still.
    public var deadLetters: DeadLetters {
        DeadLetters(hub: component(named: EventHub.componentName) as? EventHub)
    }
}

/// The newest dead letters of a store, by default up to 1 000.
///
/// ```swift
/// for letter in store.deadLetters.all { print(letter.subscription, letter.events, letter.error) }
/// try await store.deadLetters.replay(letter)
/// ```
public struct DeadLetters: Sendable {
    let hub: EventHub?

    /// Those that are kept, oldest first.
    public var all: [DeadLetter] { hub?.deadLetters.all ?? [] }
    /// How many are kept.
    public var count: Int { hub?.deadLetters.count ?? 0 }
    /// How many have given way to newer ones.
    public var displacedCount: Int { hub?.deadLetters.displacedCount ?? 0 }

    /// Gives a handler once more what it failed at.
    ///
    /// That happens in the subscription's turn, after what the handler is busy with and before the next event. The
    /// letter leaves the list first; if the handler throws again, there is a new one. A letter that is not in the
    /// list any more is not replayed.
    ///
    /// In the subscription's own handler this would wait for itself: it throws `SubscriptionError` (`ended`) there.
    ///
    /// - Throws: what the handler throws; `SubscriptionError` (`ended`) if the subscription has ended, and the letter
    ///   stays.
    public func replay(_ letter: DeadLetter) async throws {
        guard let hub, let subscriber = hub[receiver: letter.subscriber] as? Subscriber else {
            throw SubscriptionError(letter.subscription, .ended)
        }
        try await subscriber.replay(letter.delivery) { hub.deadLetters.remove(letter.id) }
    }

    /// Forgets a dead letter.
    ///
    /// - Returns: whether it was there.
    @discardableResult
    public func remove(_ letter: DeadLetter) -> Bool { hub?.deadLetters.remove(letter.id) ?? false }

    /// Forgets all of them.
    public func removeAll() { hub?.deadLetters.removeAll() }
}
