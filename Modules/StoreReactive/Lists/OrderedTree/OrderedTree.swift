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

    /// An empty tree.
    init() {}

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
