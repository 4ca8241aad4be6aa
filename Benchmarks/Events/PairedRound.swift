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

    /// Nanoseconds per write without subscribers.
    let plain: Double
    /// What a write takes longer with them.
    let added: Double

    /// Writes per stretch, after which the other side has its turn.
    private static let stretch = 1_000

    /// Runs a round; the subscribers are there already, and are waited for after each stretch.
    static func run(
        _ write: Write, plain: EventsDriver, subscribed: EventsDriver
    ) async throws -> PairedRound {
        // What is made anew after a subscription has come, and the first task of each subscriber, are not timed.
        _ = try await time(write, subscribed, 0..<16)
        var (without, with): (UInt64, UInt64) = (0, 0)
        for start in stride(from: 0, to: Dataset.writes, by: 2 * stretch) {
            let first = start..<start + stretch
            let second = first.upperBound..<first.upperBound + stretch
            without += try await time(write, plain, first)
            with += try await time(write, subscribed, first)
            with += try await time(write, subscribed, second)
            without += try await time(write, plain, second)
        }
        let plain = Double(without) / Double(Dataset.writes)
        return PairedRound(plain: plain, added: Double(with) / Double(Dataset.writes) - plain)
    }

    private static func time(
        _ write: Write, _ driver: EventsDriver, _ numbers: Range<Int>
    ) async throws -> UInt64 {
        let time: UInt64
        switch write {
        case .insert:
            time = try await driver.insert(numbers)
            try await driver.store.settle()
            try await driver.dismiss(numbers)
        case .update: time = try await driver.update(numbers)
        }
        try await driver.store.settle()
        return time
    }
}
