import Synchronization

/// A handler that runs, as the tasks know it that run in it.
///
/// A task that the handler has begun and that outlives it inherits this, and finds that it is over.
final class RunningDelivery: Sendable {
    @TaskLocal static var current: RunningDelivery?

    let subscriber: Subscriber
    private let isOver = Atomic<Bool>(false)

    init(_ subscriber: Subscriber) { self.subscriber = subscriber }

    func end() { isOver.store(true, ordering: .releasing) }

    /// The subscriber in whose handler the current task runs.
    static var subscriber: Subscriber? {
        guard let current, !current.isOver.load(ordering: .acquiring) else { return nil }
        return current.subscriber
    }
}
