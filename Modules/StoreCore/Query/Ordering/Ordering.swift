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

    /// An order by `path`.
    public init(_ path: FieldPath, _ direction: SortDirection = .ascending) {
        self.path = path
        self.direction = direction
    }
}
