import Foundation

/// Something that several tasks change.
///
/// Not `Mutex`: ThreadSanitizer does not see that it synchronises on Linux, but sees this.
final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
