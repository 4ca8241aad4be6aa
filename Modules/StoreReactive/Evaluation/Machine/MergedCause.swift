import StoreCore

/// What led to a result: the causes of all the commits that have been merged into it.
struct MergedCause: Sendable {
    /// The longest line of causes among theirs.
    private(set) var longest: Causation?
    /// The earliest commit from which one of them follows; nil without a commit.
    private(set) var origin: Position?

    init() {}

    init(_ commit: Commit) { add(commit) }

    mutating func add(_ commit: Commit) { add(commit.causation, commit.origin) }

    mutating func formUnion(_ other: MergedCause) { add(other.longest, other.origin) }

    private mutating func add(_ causation: Causation?, _ origin: Position?) {
        if let causation, causation.depth > longest?.depth ?? 0 { longest = causation }
        if let origin { self.origin = self.origin.map { min($0, origin) } ?? origin }
    }
}
