public import StoreCore

extension Bucket {
    /// Calls a handler with every event of this bucket, with its records as instances of their type.
    ///
    /// ```swift
    /// orders.on(.updated, whenChanged: [\.status]) { event, topic in
    ///     print(event.key, event.old?.status, "→", event.new?.status)
    /// }
    /// ```
    ///
    /// As `Store.on`. A record that its type cannot be made of makes its event a dead letter; the handler is not
    /// called.
    ///
    /// `whenChanged` takes columns: of updates only those are told that change one of them. With a property that is no
    /// column the subscription is refused: it has ended, and its status and the store's `health` say why.
    @discardableResult
    public func on<Failure>(
        _ kinds: EventKinds = .all, named name: String? = nil,
        whenChanged properties: [PartialKeyPath<Model>]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded, retry: Retry = .never,
        onFailure: (@Sendable (DeliveryFailure) -> Void)? = nil,
        _ handler:
            @escaping @isolated(any) @Sendable (TypedEvent<Model>, String) async throws ->
            Void
    ) -> Subscription {
        let (fields, fault) = fields(properties)
        let settings = Subscriber.Settings(
            name: name, interest: dynamic.interest(in: kinds, fields),
            buffering: buffering.rule, retry: retry, onFailure: onFailure,
            isolation: handler.isolation,
            call: .each { event, topic in try await handler(try TypedEvent(event), topic) })
        if let fault {
            return dynamic.store.refuse(
                settings, by: SubscriptionError(settings.name, .refused(fault)))
        }
        return dynamic.store.subscribe(settings)
    }

    /// The events of this bucket, with its records as instances of their type, as a sequence: see `Store.events`.
    ///
    /// It throws for an event with a record that its type cannot be made of, and goes on behind that with the next
    /// call. With a property that is no column in `whenChanged` it throws `SubscriptionError` (`refused`) at once, and
    /// ends.
    public func events<Failure>(
        _ kinds: EventKinds = .all, named name: String? = nil,
        whenChanged properties: [PartialKeyPath<Model>]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded
    ) -> TypedEventSequence<Model, Failure> {
        let (fields, fault) = fields(properties)
        let interest = dynamic.interest(in: kinds, fields)
        guard let fault else {
            return TypedEventSequence(
                events: dynamic.store.sequence(interest, name, buffering), fault: nil)
        }
        let error = SubscriptionError(name ?? interest.pattern.text, .refused(fault))
        dynamic.store.report(error)
        return TypedEventSequence(
            events: EventSequence(ended: interest, by: error), fault: error)
    }

    /// The columns of properties, and what is wrong with the first that is none.
    private func fields(
        _ properties: [PartialKeyPath<Model>]?
    ) -> (fields: [String]?, fault: String?) {
        guard let properties else { return (nil, nil) }
        let fields = properties.compactMap { Model.schema.field($0) }
        let other = properties.first { Model.schema.field($0) == nil }
        return (
            fields,
            other.map { "\($0) is no column of bucket \(name): declare it in the schema" }
        )
    }
}

/// Events with their records as instances of their type, to be taken one by one.
public struct TypedEventSequence<Model: StoreRecord, Overflow: Error>: AsyncSequence, Sendable {
    /// The events with their records as they are stored.
    public let events: EventSequence<Overflow>
    /// What is wrong with what it was asked for.
    let fault: SubscriptionError?

    /// Takes events out of the sequence.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(events: events.makeAsyncIterator(), fault: fault)
    }

    /// Takes events out of a sequence.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var events: EventSequence<Overflow>.AsyncIterator
        fileprivate var fault: SubscriptionError?

        /// The next event, which is waited for; nil when the sequence has ended, or the task is cancelled.
        public mutating func next() async throws -> TypedEvent<Model>? {
            if let fault {
                self.fault = nil
                throw fault
            }
            guard let event = try await events.next() else { return nil }
            return try TypedEvent(event)
        }
    }
}
