extension Column {
    /// A range whose ends, where it has them, belong to it: `1...100`, `0...` or `...9.5`.
    ///
    /// Half-open ranges are left out on purpose: a schema says the least and the greatest value
    /// that are allowed.
    public protocol Limits<Bound> {
        /// What the ends are.
        associatedtype Bound: Comparable

        /// The least value inside; nil when there is none.
        var lowest: Bound? { get }

        /// The greatest value inside; nil when there is none.
        var highest: Bound? { get }
    }
}

extension ClosedRange: Column.Limits {
    /// The lower end.
    public var lowest: Bound? { lowerBound }

    /// The upper end.
    public var highest: Bound? { upperBound }
}

extension PartialRangeFrom: Column.Limits {
    /// The lower end.
    public var lowest: Bound? { lowerBound }

    /// Nil: the range has no upper end.
    public var highest: Bound? { nil }
}

extension PartialRangeThrough: Column.Limits {
    /// Nil: the range has no lower end.
    public var lowest: Bound? { nil }

    /// The upper end.
    public var highest: Bound? { upperBound }
}
