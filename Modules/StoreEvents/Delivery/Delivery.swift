import StoreCore
import Synchronization

/// What a handler is given at once: one event, or a batch.
///
/// While the handler runs, its tasks know it: it is what their writes answer to. A task that outlives the handler
/// inherits it, and finds that it is over.
final class Delivery: CausationSource {
    private let subscriber: Subscriber
    /// The last event.
    let last: Event
    /// Those before it, in a batch.
    private let earlier: [Event]
    /// Who waits for the outcome, if it is a dead letter's second chance.
    let replay: CheckedContinuation<Void, any Error>?
    private let isOver = Atomic<Bool>(false)

    init(
        _ subscriber: Subscriber, _ last: Event, earlier: [Event] = [],
        replay: CheckedContinuation<Void, any Error>? = nil
    ) {
        self.subscriber = subscriber
        self.last = last
        self.earlier = earlier
        self.replay = replay
    }

    var events: [Event] { earlier + [last] }
    var count: Int { earlier.count + 1 }

    /// The handler has returned.
    func end() { isOver.store(true, ordering: .releasing) }

    func causation() -> Causation { last.cause }

    /// The subscriber in whose handler the current task runs.
    static var currentSubscriber: Subscriber? {
        guard let running = StoreContext.current?.causationSource as? Delivery,
            !running.isOver.load(ordering: .acquiring)
        else { return nil }
        return running.subscriber
    }
}
