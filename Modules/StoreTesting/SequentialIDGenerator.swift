public import StoreCore
import Synchronization

/// Identifiers that count: the same in every run.
public final class SequentialIDGenerator: IDGenerator {
    private let count = Atomic<UInt64>(0)

    /// Begins with `00000000-0000-4000-8000-000000000001`.
    public init() {}

    /// The next identifier.
    public func uuid() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        let digits = String(number, radix: 16)
        let tail = String(repeating: "0", count: max(0, 12 - digits.count)) + digits.suffix(12)
        return "00000000-0000-4000-8000-\(tail)"
    }
}
