public import StoreCore

extension DynamicBucket {
    /// Calls a handler with every event of this bucket, as `Store.on` does.
    ///
    /// ```swift
    /// users.on(.updated, whenChanged: ["email"]) { event, topic in … }
    /// ```
    ///
    /// The handle stands for one life of the bucket: another one that is given its name later is not meant.
    @discardableResult
    public func on<Failure>(
        _ kinds: EventKinds = .all, named name: String? = nil, whenChanged fields: [String]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded, retry: Retry = .never,
        onFailure: (@Sendable (DeliveryFailure) -> Void)? = nil,
        _ handler: @escaping @isolated(any) @Sendable (Event, String) async throws -> Void
    ) -> Subscription {
        let settings = Subscriber.Settings(
            name: name, interest: interest(in: kinds, fields), buffering: buffering.rule,
            retry: retry, onFailure: onFailure, isolation: handler.isolation,
            call: .each(handler))
        return store.subscribe(settings)
    }

    /// The events of this bucket, as a sequence: see `Store.events`.
    public func events<Failure>(
        _ kinds: EventKinds = .all, named name: String? = nil, whenChanged fields: [String]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded
    ) -> EventSequence<Failure> {
        store.sequence(interest(in: kinds, fields), name, buffering)
    }

    func interest(in kinds: EventKinds, _ fields: [String]?) -> EventInterest {
        EventInterest(
            pattern: TopicPattern(bucket: name, kinds), generation: reference.generation,
            fields: fields)
    }
}
