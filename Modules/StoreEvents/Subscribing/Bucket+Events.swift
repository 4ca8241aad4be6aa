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
    /// `whenChanged` takes columns: of updates only those are told that change one of them.
    ///
    /// - Precondition: they are columns of the schema.
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
        let settings = Subscriber.Settings(
            name: name, interest: dynamic.interest(in: kinds, fields(properties)),
            buffering: buffering.rule, retry: retry, onFailure: onFailure,
            isolation: handler.isolation,
            call: .each { event, topic in try await handler(try TypedEvent(event), topic) })
        return dynamic.store.subscribe(settings)
    }

    /// The events of this bucket, with its records as instances of their type, as a sequence: see `Store.events`.
    ///
    /// It throws for an event with a record that its type cannot be made of, and goes on behind that with the next
    /// call.
    ///
    /// - Precondition: what `whenChanged` takes are columns of the schema.
    public func events<Failure>(
        _ kinds: EventKinds = .all, named name: String? = nil,
        whenChanged properties: [PartialKeyPath<Model>]? = nil,
        buffering: Buffering<Failure> = Buffering<Never>.unbounded
    ) -> TypedEventSequence<Model, Failure> {
        let interest = dynamic.interest(in: kinds, fields(properties))
        return TypedEventSequence(events: dynamic.store.sequence(interest, name, buffering))
    }

    private func fields(_ properties: [PartialKeyPath<Model>]?) -> [String]? {
        properties?.map { property in
            guard let field = Model.schema.field(property) else {
                preconditionFailure("\(property) is no column of bucket \(name)")
            }
            return field
        }
    }
}

/// Events with their records as instances of their type, to be taken one by one.
public struct TypedEventSequence<Model: StoreRecord, Overflow: Error>: AsyncSequence, Sendable {
    /// The events with their records as they are stored.
    public let events: EventSequence<Overflow>

    /// Takes events out of the sequence.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(events: events.makeAsyncIterator())
    }

    /// Takes events out of a sequence.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var events: EventSequence<Overflow>.AsyncIterator

        /// The next event, which is waited for; nil when the sequence has ended, or the task is cancelled.
        public mutating func next() async throws -> TypedEvent<Model>? {
            guard let event = try await events.next() else { return nil }
            return try TypedEvent(event)
        }
    }
}
