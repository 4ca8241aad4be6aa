/// Which way an order goes.
public enum SortDirection: Sendable, Hashable {
    /// From the least value to the greatest; null comes first.
    case ascending
    /// From the greatest value to the least; null comes last.
    case descending
}

/// One step of an order: a field, and which way it goes.
public struct Ordering: Sendable, Hashable {
    /// The field.
    public let path: FieldPath
    /// The direction.
    public let direction: SortDirection
    /// Whether texts are compared without their case.
    ///
    /// Those that differ by nothing else are equal: they come in the order of the next step.
    public let ignoresCase: Bool

    /// An order by `path`.
    public init(
        _ path: FieldPath, _ direction: SortDirection = .ascending, ignoringCase: Bool = false
    ) {
        self.path = path
        self.direction = direction
        ignoresCase = ignoringCase
    }
}
