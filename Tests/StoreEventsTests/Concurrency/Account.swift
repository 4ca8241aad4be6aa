import StoreCore
import StoreEvents

extension Concurrency {
    /// What a subscriber's handler was begun with, written down by itself.
    final class Log: Sendable {
        private struct State {
            var told: [Happening] = []
            var last: [Happening] = []
            var delivery = 0
            var attempt = 0
            var isRetryAnnounced = false
            var running = 0
        }

        private let state = Guarded(State())

        /// - Returns: which delivery this is, and which attempt at it, both from 1.
        func begin(_ events: [Event]) -> (delivery: Int, attempt: Int) {
            let happenings = events.map(Happening.init)
            return state.withLock { state in
                state.running += 1
                // An announced retry does not come if the subscription is restarted or cancelled first.
                if state.isRetryAnnounced, happenings == state.last {
                    state.attempt += 1
                } else {
                    state.told += happenings
                    state.last = happenings
                    state.delivery += 1
                    state.attempt = 1
                }
                state.isRetryAnnounced = false
                return (state.delivery, state.attempt)
            }
        }

        func end() { state.withLock { $0.running -= 1 } }
        func announceRetry() { state.withLock { $0.isRetryAnnounced = true } }

        var told: [Happening] { state.withLock { $0.told } }
        var count: Int { state.withLock { $0.told.count } }
        var isRunning: Bool { state.withLock { $0.running > 0 } }
    }

    /// All that the oracle needs to know of a subscriber.
    struct Account: Sendable {
        let plan: Plan
        /// The store's positions just before and just after it was attached.
        let joined: (before: UInt64, after: UInt64)
        /// The store's position just before it left, if it left.
        var left: UInt64?
        /// How many deliveries had been begun, by its own figures, when `cancel()` had returned.
        var begunWhenCancelled: Int?
        /// How many were begun when `cancelAndWait()` had returned, and whether one still ran.
        var whenQuiet: (begun: Int, isRunning: Bool)?
        /// How many were begun when `settle()` had returned.
        var begunWhenSettled: Int?
        /// Whether its buffer has ended it, as far as it was not cancelled before.
        var hasOverflown = false
        /// Whether it came to rest at last.
        var isAtRest = true
        var figures: Figures
        var told: [Happening] = []
    }
}
