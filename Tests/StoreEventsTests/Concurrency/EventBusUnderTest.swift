import StoreCore
import StoreEvents
import StoreSupervision

extension Concurrency {
    /// A place among subscribers, as the oracle handles it.
    protocol SubscriptionUnderTest: Sendable {
        func cancel()
        func cancelAndWait() async
        func restart()
        var figures: Figures { get }
    }

    /// What a subscription says of itself.
    struct Figures: Sendable {
        var delivered: Int
        let dropped: Int
        let isActive: Bool
        /// Nothing waits, and no handler runs.
        let isIdle: Bool
    }

    /// What handlers can be attached to: the store, or something that gets it wrong.
    struct EventBusUnderTest: Sendable {
        typealias Handler = @Sendable ([Event]) async throws -> Void
        typealias OnFailure = @Sendable (DeliveryFailure) -> Void

        /// Whether nothing about it is wrong.
        var isReal = false
        let subscribe:
            @Sendable (Store, Plan, @escaping OnFailure, @escaping Handler) ->
                any SubscriptionUnderTest

        static let real = EventBusUnderTest(isReal: true) { store, plan, onFailure, handle in
            switch plan.buffer {
            case .unbounded: plan.subscribe(to: store, .unbounded, onFailure, handle)
            case .dropOldest(let count):
                plan.subscribe(to: store, .dropOldest(count), onFailure, handle)
            case .coalesceByKey: plan.subscribe(to: store, .coalesceByKey, onFailure, handle)
            case .fail(let count):
                plan.subscribe(to: store, Buffering.fail(count), onFailure, handle)
            }
        }
    }

    /// Takes events from a sequence in a task of its own.
    final class SequenceReader: SubscriptionUnderTest {
        let task: Task<Void, Never>
        private let overflow = Guarded(false)
        private let end: @Sendable () -> Void
        private let status: @Sendable () -> SubscriptionStatus

        init<Failure>(
            _ events: EventSequence<Failure>, _ handle: @escaping EventBusUnderTest.Handler
        ) {
            end = { events.cancel() }
            status = { events.status }
            task = Task.detached { [overflow] in
                do {
                    for try await event in events { try await handle([event]) }
                } catch {
                    overflow.withLock { $0 = true }
                }
            }
        }

        /// What has come in is still read.
        func cancel() { end() }

        func cancelAndWait() async {
            cancel()
            await task.value
        }

        /// A sequence has nothing to begin anew.
        func restart() {}

        var figures: Figures { Figures(status()) }
        /// Whether its buffer has ended it.
        var hasOverflown: Bool { overflow.withLock { $0 } }
    }
}

extension Concurrency.Plan {
    fileprivate func subscribe<Failure>(
        to store: Store, _ buffering: Buffering<Failure>,
        _ onFailure: @escaping Concurrency.EventBusUnderTest.OnFailure,
        _ handle: @escaping Concurrency.EventBusUnderTest.Handler
    ) -> any Concurrency.SubscriptionUnderTest {
        let pattern = TopicPattern(stringLiteral: pattern)
        let retry = Retry.upTo(
            attempts - 1, backoff: .exponential(from: .milliseconds(2), to: .milliseconds(20)))
        switch form {
        case .handler:
            return store.on(
                pattern, named: name, whenChanged: fields, buffering: buffering, retry: retry,
                onFailure: onFailure
            ) { event, _ in try await handle([event]) }
        case .batches(let batching):
            return store.on(
                pattern, batching: batching, named: name, whenChanged: fields,
                buffering: buffering, retry: retry, onFailure: onFailure
            ) { events in try await handle(events) }
        case .sequence:
            return Concurrency.SequenceReader(
                store.events(pattern, named: name, whenChanged: fields, buffering: buffering),
                handle)
        }
    }
}

extension Concurrency.Figures {
    init(_ status: SubscriptionStatus) {
        delivered = status.delivered
        dropped = status.dropped
        isActive = status.activity != .ended
        isIdle =
            switch status.activity {
            case .idle, .ended: status.waiting == 0
            case .handling, .backingOff: false
            }
    }
}

extension Subscription: Concurrency.SubscriptionUnderTest {
    var figures: Concurrency.Figures {
        guard let status else { preconditionFailure("a subscription to something else") }
        return Concurrency.Figures(status)
    }
}
