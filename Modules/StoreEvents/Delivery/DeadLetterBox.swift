public import StoreCore

/// What a handler could not be brought to do.
public struct DeadLetter: Sendable, Identifiable {
    /// Counts the dead letters of a store, from 1.
    public let id: UInt64
    /// The subscription's name.
    public let subscription: String
    /// What the handler was given: one event, or a batch.
    public let events: [Event]
    /// What it threw at last.
    public let error: any Error
    /// How often it was given this.
    public let attempts: Int
    /// When it was given up.
    public let failedAt: Timestamp
    let subscriber: UInt64
    let delivery: Delivery
}

/// The newest dead letters of a store.
///
/// Letters are released outside of the lock: the end of an error may call back.
final class DeadLetterBox: @unchecked Sendable {
    private let countMax: Int
    private let lock = Lock()
    // All of it under `lock`.
    private var letters: [DeadLetter] = []
    private var last: UInt64 = 0
    private var displaced = 0

    init(max: Int) { countMax = Swift.max(0, max) }

    func add(
        _ delivery: Delivery, _ subscriber: Subscriber, _ error: any Error, _ attempts: Int
    ) {
        let failedAt = subscriber.clock.now
        _ = lock.withLock {
            last += 1
            letters.append(
                DeadLetter(
                    id: last, subscription: subscriber.settings.name, events: delivery.events,
                    error: error, attempts: attempts, failedAt: failedAt,
                    subscriber: subscriber.id, delivery: delivery))
            // Room is made for several at once, so that each costs the same however many are kept.
            return letters.count - countMax > countMax / 2 ? makeRoom() : []
        }
    }

    /// Takes those out that have given way; under the lock.
    private func makeRoom() -> [DeadLetter] {
        let gone = Array(letters.dropLast(countMax))
        displaced += gone.count
        letters.removeFirst(gone.count)
        return gone
    }

    var count: Int { lock.withLock { min(letters.count, countMax) } }

    /// How many have given way to newer ones.
    var displacedCount: Int { lock.withLock { displaced + max(0, letters.count - countMax) } }

    var all: [DeadLetter] { lock.withLock { Array(letters.suffix(countMax)) } }

    /// Whether it was there.
    func remove(_ id: UInt64) -> Bool {
        let (letter, _) = lock.withLock {
            let gone = makeRoom()
            let place = letters.firstIndex { $0.id == id }
            return (place.map { letters.remove(at: $0) }, gone)
        }
        return letter != nil
    }

    func removeAll() {
        _ = lock.withLock {
            let gone = makeRoom()
            defer { letters = [] }
            return (letters, gone)
        }
    }
}
