import StoreCore
import Synchronization

/// The events of a batch before its last.
enum EarlierEvents: Sendable {
    case list([Event])
    /// What a queue held, as it was: a list is made of it by whoever needs one, and under no lock.
    case queue(EventQueue)

    var all: [Event] {
        switch self {
        case .list(let events): events
        case .queue(let queue): queue.all
        }
    }

    var count: Int {
        switch self {
        case .list(let events): events.count
        case .queue(let queue): queue.count
        }
    }
}

/// What a handler is given at once: one event, or a batch.
///
/// While the handler runs, its tasks know it: it is what their writes answer to. A task that outlives the handler
/// inherits it, and finds that it is over.
final class Delivery: CausationSource {
    private let subscriber: Subscriber
    /// The last event.
    let last: Event
    /// Those before it, in a batch.
    private let earlier: EarlierEvents
    /// The position of the first event that it is about.
    let earliest: Position
    /// Who waits for the outcome, if it is a dead letter's second chance.
    let replay: CheckedContinuation<Void, any Error>?
    private let isOver = Atomic<Bool>(false)

    init(
        _ subscriber: Subscriber, _ last: Event, earlier: EarlierEvents = .list([]),
        earliest: Position? = nil, replay: CheckedContinuation<Void, any Error>? = nil
    ) {
        self.subscriber = subscriber
        self.last = last
        self.earlier = earlier
        self.earliest = earliest ?? last.earliest
        self.replay = replay
    }

    /// - Complexity: O(n).
    var events: [Event] { earlier.all + [last] }
    var count: Int { earlier.count + 1 }

    /// The handler has returned.
    func end() { isOver.store(true, ordering: .releasing) }

    func causation() -> Causation {
        earlier.count == 0 ? last.cause : .joining(last, earlier.all)
    }

    /// The subscriber in whose handler the current task runs.
    static var currentSubscriber: Subscriber? {
        guard let running = StoreContext.current?.causationSource as? Delivery,
            !running.isOver.load(ordering: .acquiring)
        else { return nil }
        return running.subscriber
    }
}
