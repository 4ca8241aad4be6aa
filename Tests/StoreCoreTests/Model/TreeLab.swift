@testable import StoreCore

/// A history of tree versions without a store: edits in place or aside, and old versions held by pins.
final class TreeLab<Version> {
    /// A version that is held, and whatever the test wants to find there.
    struct Held {
        let pin: Pin
        let version: Version
    }

    let registry = PinRegistry()
    private let layout: Layout
    private(set) var position: Int64 = 0
    private(set) var held: [Held] = []
    private let root = StoreNode.make(slots: 0, stamp: 0)
    private var records: [Weak] = []

    private struct Weak {
        weak var record: RecordStorage?
    }

    init(_ schema: BucketSchema = ["id": .integer]) throws {
        layout = try Layout(bucket: "t", key: "id", schema: schema)
    }

    deinit { root.node.deallocate() }

    /// Runs one commit's edits.
    func edit(aside: Bool, _ body: (_ stamp: Int64, inout Editor) -> Void) {
        let shared = aside ? position : registry.newestPosition
        var editor = Editor(stamp: position + 1, shared: shared)
        body(position + 1, &editor)
        position += 1
        registry.dispose(editor.retired, replacedAt: position)
    }

    func hold(_ version: Version) {
        held.append(Held(pin: registry.pin(position, root), version: version))
    }

    func drop(at index: Int) { registry.unpin(held.remove(at: index).pin) }

    /// A check of the current version's invariants.
    func check() -> InvariantCheck {
        InvariantCheck(position: position, pins: registry.live.map(\.position))
    }

    /// A new record for a tree to own, whose life is watched.
    func record(
        row: RowID, stamp: Int64, _ values: [Value] = []
    ) -> RawNode {
        let record = RecordStorage.blank(layout)
        for (slot, value) in values.enumerated() { record.values[slot] = value }
        RecordRef(record).header.pointee.row = row
        RecordRef(record).header.pointee.position = UInt64(bitPattern: stamp)
        records.append(Weak(record: record))
        return Unmanaged.passRetained(record).toOpaque()
    }

    /// How many of the records that were made are alive.
    var liveRecords: Int { records.count { $0.record != nil } }

    /// Lets go of everything; `retire` gives up the current version.
    func end(_ retire: (inout Editor) -> Void) {
        while !held.isEmpty { drop(at: held.count - 1) }
        var editor = Editor(stamp: .max, shared: .max)
        retire(&editor)
        registry.disposeOfEverything(editor.retired)
        Reaper.shared.drain()
    }
}

extension Editor {
    /// Gives up a whole tree.
    mutating func retire(_ root: RawNode?, _ kind: RetiredKind, _ detail: UInt8 = 0) {
        guard let root else { return }
        retired.append(
            Retired(
                pointer: root, stamp: root.load(as: Int64.self), kind: kind, detail: detail,
                bytes: 0))
    }

    mutating func retire(_ trie: HashTrie) {
        if trie.root != 0 { retire(HashTrie.node(trie.root), .trie, UInt8(trie.root & 15)) }
    }

    mutating func retire(_ tree: RowTree) { retire(tree.root, .rows, UInt8(tree.height)) }
    mutating func retire(_ tree: IndexTree) { retire(tree.root, .index) }
}
