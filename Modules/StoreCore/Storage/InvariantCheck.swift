// What tests hold the versioned state against
// ===========================================
//
// A walk through trees that nobody writes meanwhile. It reports instead of trapping, so that a test can print how the
// state came to be as it is. O(nodes + records).

/// A walk through one version of the state: what it met, and what it found wrong.
struct InvariantCheck {
    /// No node of the version is younger than this.
    let position: Int64
    /// The positions of live snapshots: what sees a node has to see all that lies below it.
    let pins: [Int64]
    private(set) var violations: [String] = []
    /// Every node and record met, if they are gathered.
    private(set) var owned: Set<RawNode>?

    init(position: Int64, pins: [Int64] = [], gathering: Bool = false) {
        self.position = position
        self.pins = pins
        owned = gathering ? [] : nil
    }

    mutating func require(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { violations.append(message()) }
    }

    /// Notes a node or a record with this stamp below a node with that one.
    mutating func meet(_ node: RawNode, stamp: Int64, below parent: Int64, _ what: StaticString) {
        if stamp > position {
            violations.append("\(what) of \(stamp) is younger than the version, \(position)")
        }
        // A node that was written in place may be older than its child; no live snapshot may stand between.
        if stamp > parent, pins.contains(where: { parent <= $0 && $0 < stamp }) {
            violations.append(
                "\(what) of \(stamp) was put below a node of \(parent) that is pinned")
        }
        if owned?.insert(node).inserted == false {
            violations.append("\(what) of \(stamp) is met twice")
        }
    }

    /// The same for a node, whose stamp is its first word.
    mutating func meet(_ node: RawNode, below parent: Int64, _ what: StaticString) {
        meet(node, stamp: node.load(as: Int64.self), below: parent, what)
    }
}
