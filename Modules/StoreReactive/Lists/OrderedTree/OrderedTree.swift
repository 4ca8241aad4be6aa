/// A list in an order, whose copies share what they have in common.
///
/// A counted B+-tree: a leaf holds elements, a branch its children with how many elements are below each. A copy
/// costs one reference; an edit of a tree that has been copied copies the nodes on one path, O(log n), and what the
/// two trees show afterwards can be compared at the cost of the differences (`differ`).
///
/// The order is not stored. Whoever edits or searches brings it, the same one each time: a function that tells
/// whether its first argument comes before the second (negative), after it (positive) or is in its place (0). No two
/// elements of a tree are in one place.
///
/// The last owner of a tree frees its nodes where it lets go: O(n) for what no other tree shares.
///
/// Sendable because a node is not changed while more than one owner refers to it.
struct OrderedTree<Element: Sendable>: @unchecked Sendable {
    /// Nil in an empty tree; a branch has two children at least.
    var root: Node?
    /// The stretch of edits between two seals that this is; nodes of others are copied.
    private(set) var edition = 0

    /// An empty tree.
    init() {}

    /// Has later edits copy the nodes made so far, even those that no other tree shares by then.
    ///
    /// For a tree whose copies are read on other threads, before a copy is handed out: an edit then never writes to a
    /// node that another thread has read, and ThreadSanitizer, which sees no order in reference counts, has nothing
    /// to report.
    ///
    /// Complexity: O(1).
    mutating func seal() { edition += 1 }

    /// How many elements there are.
    ///
    /// Complexity: O(1).
    var count: Int { root?.total ?? 0 }

    var isEmpty: Bool { root == nil }

    /// The first element.
    ///
    /// Complexity: O(1).
    var first: Element? { root?.elements[0] }

    /// The last element.
    ///
    /// Complexity: O(log n).
    var last: Element? { isEmpty ? nil : self[count - 1] }

    /// The element at an index.
    ///
    /// Complexity: O(log n).
    subscript(index: Int) -> Element {
        guard let root, index >= 0, index < root.total else {
            preconditionFailure("index \(index) is not in a list of \(count)")
        }
        return root.element(at: index)
    }
}
