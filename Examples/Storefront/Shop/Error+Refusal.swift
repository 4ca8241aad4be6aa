import StoreCore

extension Error {
    /// Whether one row is to blame, so that the next one may well succeed.
    var isRefusalOfOneRow: Bool {
        self is ValidationError || self is UniqueConstraintError || self is ReferenceError
            || self is DecodingError || self is RecordNotFoundError || self is OutOfStock
    }
}
