import StoreCore

/// What may be wrong with what a watcher was shown.
enum LiveViolation: Sendable, CustomStringConvertible {
    /// A delivery has begun after `cancel` had returned.
    case afterCancel(LiveDelivery)
    /// A delivery is of an older state than the one before it.
    case wentBack(LiveDelivery, from: Position)
    /// What is shown is what the query said before, at `shown`, and says no longer.
    case stale(LiveDelivery, shown: Position, expected: [Int64])
    /// No state says what is shown, but the buckets together do, each as it was at another position.
    case torn(LiveDelivery, a: Position, b: Position, expected: [Int64])
    /// Nothing says what is shown.
    case wrong(LiveDelivery, expected: [Int64])
    /// A commit after which the query said something else was not shown to somebody who is shown every one.
    case lost(Position, expected: [Int64], before: [Int64])
    /// What was shown last is not what the query said in the end.
    case unfinished(LiveDelivery?, expected: [Int64])

    var description: String {
        switch self {
        case .afterCancel(let delivery): "\(delivery.text) after it was cancelled"
        case .wentBack(let delivery, let position): "\(delivery.text) after that of \(position)"
        case .stale(let delivery, let shown, let expected):
            "\(delivery.text), as at \(shown) and not \(expected)"
        case .torn(let delivery, let a, let b, let expected):
            "\(delivery.text), of a at \(a) with b at \(b), not \(expected)"
        case .wrong(let delivery, let expected): "\(delivery.text), not \(expected)"
        case .lost(let position, let expected, let before):
            "nothing for \(position), which made \(expected) of \(before)"
        case .unfinished(let delivery, let expected):
            "ends with \(delivery?.text ?? "nothing"), not \(expected)"
        }
    }
}

extension LiveDelivery {
    fileprivate var text: String { "\(value) at \(position), \(instant)" }
}
