import Measuring
import StoreEvents

/// The same writes to a store with subscribers and to one without, in turn.
///
/// What the subscribers add is a small difference of two large figures, and the machine changes its pace more than that
/// from one second to the next.
struct PairedRound: Sendable {
    /// What the sides write.
    enum Write: Sendable {
        case insert
        case update
    }

    /// What a write's time is.
    enum Clock: Sendable {
        /// All of it.
        case wall
        /// What the writer's thread itself runs: on a machine whose cores are all busy, handlers take it away from the
        /// writer, and what is left of `wall` says more about the machine.
        case own

        var now: UInt64 { self == .wall ? Stopwatch.now() : Stopwatch.ownTime() }
    }

    /// Nanoseconds per write without subscribers.
    let plain: Double
    /// What a write takes longer with them.
    let added: Double

    /// Writes per stretch, after which the other side has its turn.
    private static let stretch = 1_000

    /// Runs a round; the subscribers are there already, and are waited for after each stretch.
    static func run(
        _ write: Write, _ clock: Clock, plain: EventsDriver, subscribed: EventsDriver
    ) async throws -> PairedRound {
        // What is made anew after a subscription has come is not timed.
        _ = try await time(write, clock, subscribed, 0..<16)
        var (without, with): (UInt64, UInt64) = (0, 0)
        for start in stride(from: 0, to: Dataset.writes, by: 2 * stretch) {
            let first = start..<start + stretch
            let second = first.upperBound..<first.upperBound + stretch
            without += try await time(write, clock, plain, first)
            with += try await time(write, clock, subscribed, first)
            with += try await time(write, clock, subscribed, second)
            without += try await time(write, clock, plain, second)
        }
        let plain = Double(without) / Double(Dataset.writes)
        return PairedRound(plain: plain, added: Double(with) / Double(Dataset.writes) - plain)
    }

    private static func time(
        _ write: Write, _ clock: Clock, _ driver: EventsDriver, _ numbers: Range<Int>
    ) async throws -> UInt64 {
        let start = clock.now
        switch write {
        case .insert: try await driver.insert(numbers)
        case .update: try await driver.update(numbers)
        }
        let time = clock.now - start
        try await driver.store.settle()
        if write == .insert {
            try await driver.dismiss(numbers)
            try await driver.store.settle()
        }
        return time
    }
}
