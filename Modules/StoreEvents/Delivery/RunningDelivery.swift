import StoreCore
import Synchronization

/// A handler that runs, as the tasks know it that run in it.
///
/// It is what the handler's writes answer to. A task that the handler has begun and that outlives it inherits this, and
/// finds that it is over.
final class RunningDelivery: CausationSource {
    private let subscriber: Subscriber
    private let event: Event
    private let isOver = Atomic<Bool>(false)

    init(_ subscriber: Subscriber, _ event: Event) {
        self.subscriber = subscriber
        self.event = event
    }

    func end() { isOver.store(true, ordering: .releasing) }

    func causation() -> Causation { event.cause }

    /// The subscriber in whose handler the current task runs.
    static var subscriber: Subscriber? {
        guard let running = StoreContext.current?.causationSource as? RunningDelivery,
            !running.isOver.load(ordering: .acquiring)
        else { return nil }
        return running.subscriber
    }
}
