import Foundation
import StoreTesting
import TestSupport

extension Concurrency {
    /// Something that several tasks change.
    ///
    /// Not `Mutex`: ThreadSanitizer does not see that it synchronises on Linux, but sees this.
    final class Guarded<Value>: @unchecked Sendable {
        private let lock = NSLock()
        private var value: Value

        init(_ value: Value) { self.value = value }

        @discardableResult
        func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
            lock.lock()
            defer { lock.unlock() }
            return try body(&value)
        }
    }

    /// Holds whoever comes until it is opened; from then on nobody.
    ///
    /// Cancellation does not open it: a handler that hangs does not listen.
    final class Gate: Sendable {
        private let state = Guarded<(isOpen: Bool, held: [CheckedContinuation<Void, Never>])>(
            (false, []))

        func pass() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock {
                    if !$0.isOpen { $0.held.append(continuation) }
                    return $0.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        func open() {
            let held = state.withLock { state in
                defer { state = (true, []) }
                return state.held
            }
            for one in held { one.resume() }
        }

        var isOpen: Bool { state.withLock { $0.isOpen } }
        /// How many are held.
        var count: Int { state.withLock { $0.held.count } }
    }

    /// Returns once something is so; lets others work meanwhile.
    ///
    /// - Returns: false if it does not come to be so.
    @discardableResult
    static func wait(until isSo: () -> Bool) async -> Bool { await patiently(until: isSo) }

    /// Returns once something is so, or others have been let work so often.
    static func wait(turns: Int, until isSo: () -> Bool) async -> Bool {
        for _ in 0..<turns {
            if isSo() { return true }
            await Task.yield()
        }
        return isSo()
    }
}

extension SeededRandom {
    /// A number of a range.
    mutating func roll(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }
}
