public import StoreCore
import Synchronization

/// Identifiers that count: the same in every run.
public final class SequentialIDGenerator: IDGenerator {
    private let count = Atomic<UInt64>(0)

    /// Begins with `00000000-0000-4000-8000-000000000001`.
    public init() {}

    /// The next identifier.
    public func uuid() -> String { "00000000-0000-4000-8000-\(next(radix: 16, digits: 12))" }

    /// The next identifier, behind the milliseconds of the clock: `019b7716-0400-7000-8000-000000000001`.
    public func uuid7(at now: Timestamp) -> String {
        let time = padded(max(0, now.microseconds / 1_000), radix: 16, digits: 12)
        let tail = next(radix: 16, digits: 12)
        return "\(time.prefix(8))-\(time.suffix(4))-7000-8000-\(tail)"
    }

    /// The next identifier: `c00000000000000000000001`.
    public func cuid2() -> String { "c" + next(radix: 36, digits: 23) }

    private func next(radix: Int, digits: Int) -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return padded(number, radix: radix, digits: digits)
    }

    private func padded(_ number: some BinaryInteger, radix: Int, digits: Int) -> String {
        let text = String(number, radix: radix)
        return String(repeating: "0", count: max(0, digits - text.count)) + text.suffix(digits)
    }
}
