import StoreCore

/// Why an order was not taken, and nothing of it is in the store.
struct OrderRefused: Error, CustomStringConvertible {
    let description: String
}

extension Error {
    /// Whether one row is to blame, so that the next one may well succeed.
    var isRefusalOfOneRow: Bool {
        self is ValidationError || self is UniqueConstraintError || self is OrderRefused
    }
}
