import Foundation

/// What has been shown, in the order in which it came.
final class Seen<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [Value] = []

    func add(_ value: Value) { lock.withLock { list.append(value) } }

    var values: [Value] { lock.withLock { list } }
}
