public import StoreCore

extension Store {
    /// Calls a handler with every event of these topics, in the order of commits, one after another.
    ///
    /// ```swift
    /// store.on("bucket.orders.*") { event, topic in
    ///     try await auditLog.insert(["topic": .string(topic), "order": event.key.value])
    /// }
    /// ```
    ///
    /// From the moment this returns, no event is missed. The handler runs in a task of its own, after the commit, and
    /// on its own actor if it has one; it sees the store as it is by then. It can neither refuse nor delay a commit.
    /// What it writes says by its causation which event has led to it. If it throws, it is given the event again as
    /// `retry` has it; then the event becomes a dead letter (see ``deadLetters``), and the next one is delivered.
    ///
    /// - Parameters:
    ///   - pattern: the topics.
    ///   - name: what the subscription is called in figures and errors; by default the pattern and a number.
    ///   - fields: of updates only those that change one of these fields; nil: all. `"address.city"` is the city inside
    ///     the address.
    ///   - buffering: what becomes of events that come faster than the handler takes them.
    ///   - retry: whether the handler is given an event again after it has thrown.
    ///   - onFailure: is told whenever the handler has thrown; be brief.
    ///   - handler: is called with the event and its topic, such as `bucket.orders.inserted`.
    /// - Returns: the subscription, which may be ignored: it lives until it is cancelled or the store stops. If it
    ///   cannot begin, since the store has stopped or something is wrong with what it asks for, it has ended already:
    ///   its `status` has the error, and so has the store's `health`.
    /// - Complexity: O(1), and O(subscribers of the bucket) in the next commit to each bucket.
    @discardableResult
    public func on<Failure>(
        _ pattern: TopicPattern, named name: String? = nil, whenChanged fields: [String]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded, retry: Retry = .never,
        onFailure: (@Sendable (DeliveryFailure) -> Void)? = nil,
        _ handler: @escaping @isolated(any) @Sendable (Event, String) async throws -> Void
    ) -> Subscription {
        let settings = Subscriber.Settings(
            name: name, interest: EventInterest(pattern: pattern, fields: fields),
            buffering: buffering.rule, retry: retry, onFailure: onFailure,
            isolation: handler.isolation, call: .each(handler))
        return subscribe(settings)
    }

    /// Calls a handler with the events of these topics, many at once.
    ///
    /// ```swift
    /// store.on("bucket.orders.*", batching: .count(500, every: .milliseconds(100))) { events in
    ///     try await warehouse.send(events)
    /// }
    /// ```
    ///
    /// As the other `on`, but that a batch is one delivery: it fails, is retried and becomes a dead letter as a whole.
    /// `settle()` and the store's stop hand over what has gathered.
    ///
    /// - Parameters:
    ///   - pattern: the topics.
    ///   - batching: when the events that have gathered are handed over.
    ///   - name: what the subscription is called in figures and errors; by default the pattern and a number.
    ///   - fields: of updates only those that change one of these fields; nil: all. `"address.city"` is the city inside
    ///     the address.
    ///   - buffering: what becomes of events that come faster than the handler takes them.
    ///   - retry: whether the handler is given a batch again after it has thrown.
    ///   - onFailure: is told whenever the handler has thrown; be brief.
    ///   - handler: is called with the events, of which there is at least one.
    /// - Returns: the subscription, which may be ignored.
    @discardableResult
    public func on<Failure>(
        _ pattern: TopicPattern, batching: Batching, named name: String? = nil,
        whenChanged fields: [String]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded, retry: Retry = .never,
        onFailure: (@Sendable (DeliveryFailure) -> Void)? = nil,
        _ handler: @escaping @isolated(any) @Sendable ([Event]) async throws -> Void
    ) -> Subscription {
        let settings = Subscriber.Settings(
            name: name, interest: EventInterest(pattern: pattern, fields: fields),
            buffering: buffering.rule, retry: retry, batching: batching, onFailure: onFailure,
            isolation: handler.isolation, call: .batch(handler))
        return subscribe(settings)
    }

    /// The events of these topics, as a sequence.
    ///
    /// ```swift
    /// for await event in store.events("bucket.orders.updated") { … }
    /// ```
    ///
    /// It is registered when it is made, not when the first event is asked for: no event is missed from then on. It
    /// ends when the store stops, when the task that waits for an event is cancelled, or when nobody holds it any
    /// more. Writes that follow from an event say so inside of `event.causing { … }`. `settle()` does not wait for
    /// who takes events from a sequence.
    ///
    /// - Parameters:
    ///   - pattern: the topics.
    ///   - name: what it is called in figures and errors.
    ///   - fields: of updates only those that change one of these fields; nil: all. `"address.city"` is the city inside
    ///     the address.
    ///   - buffering: what becomes of events that come faster than they are taken. With `.fail` the sequence throws
    ///     `SubscriptionError` (`overflow`); with the others it throws nothing.
    /// - Returns: the sequence.
    public func events<Failure>(
        _ pattern: TopicPattern, named name: String? = nil, whenChanged fields: [String]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded
    ) -> EventSequence<Failure> {
        sequence(EventInterest(pattern: pattern, fields: fields), name, buffering)
    }

    /// How the subscriptions and sequences of events are doing, in the order in which they came.
    ///
    /// Those that have ended are none of them any more.
    public var subscriptions: [SubscriptionStatus] {
        guard let hub = component(named: EventHub.componentName) as? EventHub else { return [] }
        let newest = hub.newest
        return hub.receivers.map { $0.status(newest) }
    }

    func subscribe(_ settings: Subscriber.Settings) -> Subscription {
        var settings = settings
        do {
            let hub = try EventHub.of(self)
            let subscriber = try hub.join(self) { id, context in
                settings.number(id)
                return Subscriber(id, settings, clock, context, hub.deadLetters, hub.looking)
            }
            return Subscription(EventPlace(hub, subscriber))
        } catch {
            return refuse(settings, by: SubscriptionError(settings.name, notTakenIn: error))
        }
    }

    func refuse(_ settings: Subscriber.Settings, by error: SubscriptionError) -> Subscription {
        report(error)
        return Subscription(EventPlace(ended: settings, by: error))
    }

    func sequence<Failure>(
        _ interest: EventInterest, _ name: String?, _ buffering: Buffering<Failure>
    ) -> EventSequence<Failure> {
        do {
            let hub = try EventHub.of(self)
            let source = try hub.join(self) { id, _ in
                EventSource(id, name ?? "\(interest.pattern) #\(id)", interest, buffering.rule)
            }
            return EventSequence(hub, source)
        } catch {
            let error = SubscriptionError(name ?? interest.pattern.text, notTakenIn: error)
            report(error)
            return EventSequence(ended: interest, by: error)
        }
    }
}
