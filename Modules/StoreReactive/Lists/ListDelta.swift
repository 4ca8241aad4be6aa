/// What has changed from one list to another, by indices, as list views take it.
///
/// From `[a, b, c, d]` to `[d′, a, x, c′]`, where `c′` and `d′` are `c` and `d` with other contents, and that of `d′`
/// puts it in front:
///
/// ```swift
/// delta.removed   // [1]             b, in the old list
/// delta.inserted  // [2]             x, in the new list
/// delta.moved     // [3 → 0]         d, from the old list to the new one
/// delta.updated   // [0, 3]          d′ and c′, in the new list
/// ```
///
/// All of it holds at once, as in one batch of updates: indices in the old list are those before anything has
/// changed, indices in the new list those after everything has. An element of which nothing is said is in both lists;
/// where it stands follows from the others.
public struct ListDelta: Sendable, Hashable {
    /// An element that is in both lists, in another place among the others.
    public struct Move: Sendable, Hashable {
        /// Its index in the old list.
        public let from: Int
        /// Its index in the new list.
        public let to: Int
    }

    /// The indices in the old list of elements that the new one does not have, ascending.
    public internal(set) var removed: [Int] = []
    /// The indices in the new list of elements that the old one does not have, ascending.
    public internal(set) var inserted: [Int] = []
    /// The elements that have been put in another place, ascending by where they are in the new list.
    ///
    /// Those are named of which the list's order says so, even where the others happen to leave them the same
    /// neighbours.
    public internal(set) var moved: [Move] = []
    /// The indices in the new list of elements that stand for the same as in the old one and say something else,
    /// ascending.
    ///
    /// One that has been moved too is in `moved` and here.
    public internal(set) var updated: [Int] = []

    init() {}

    /// Whether both lists are the same.
    public var isEmpty: Bool {
        removed.isEmpty && inserted.isEmpty && moved.isEmpty && updated.isEmpty
    }
}
