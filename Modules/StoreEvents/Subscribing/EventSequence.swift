import StoreCore

/// Events as they happen, to be taken one by one.
///
/// Each event goes to one of those who iterate over it; ask the store for a sequence for each of several consumers.
public struct EventSequence<Failure: Error>: AsyncSequence, Sendable {
    /// One event.
    public typealias Element = Event

    private let seat: Seat

    init(_ hub: EventHub, _ source: EventSource) { seat = Seat(hub, source) }

    /// One that has ended before it began; it throws the error where its kind can.
    init(ended interest: EventInterest, by error: SubscriptionError) {
        seat = Seat(
            nil, EventSource(0, error.subscription, interest, .unbounded, endedBy: error))
    }

    /// Ends the sequence: no event comes in any more.
    ///
    /// What has come in can still be taken.
    public func cancel() { seat.leave() }

    /// How it is doing.
    public var status: SubscriptionStatus { seat.status }

    /// Takes events out of the sequence.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(seat: seat) }

    /// Takes events out of a sequence.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let seat: Seat

        /// The next event, which is waited for; nil when the sequence has ended, or the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(Failure) -> Event? {
            do {
                let event = try await seat.source.next()
                if event == nil { seat.leave() }
                return event
            } catch {
                seat.leave()
                if let failure = error as? Failure { throw failure }
                return nil
            }
        }
    }

    /// A sequence's place among the receivers; it is given up with the last who holds it.
    fileprivate final class Seat: Sendable {
        private let hub: EventHub?
        let source: EventSource

        init(_ hub: EventHub?, _ source: EventSource) {
            self.hub = hub
            self.source = source
        }

        deinit { leave() }

        func leave() {
            hub?.leave(source)
            source.close()
        }

        var status: SubscriptionStatus { source.status(hub?.newest ?? .start) }
    }
}
