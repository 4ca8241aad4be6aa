// Entries by hash
// ===============
//
// An extendible hash table laid out as a trie, so that a version can be copied by path. An entry is the full 64-bit hash
// and a 64-bit payload (a record's pointer, or a row id); payloads are never 0, and 0 marks an empty place. Keys are not
// stored: the caller's `matches` looks at what the payload points to.
//
//     leaf     stamp 8 | count 4 | capacity, as a power of two 1 | depth 1 | unused 2 | entries, 16 × capacity
//     branch   stamp 8 | unused 8 | children, 8 × 256
//
// A branch at level k consumes bits 63-8k ... 56-8k of the hash. A leaf that has consumed fewer bits than its branch
// offers (`depth` says how many in all) stands in several neighbouring places of the branch at once. A full leaf of 64
// splits in two by the next bit; if its branch has no bit left, a branch is put between. Inside a leaf, entries
// stand by linear probing from the hash's lowest bits. When all 64 bits are spent (equal hashes of different keys),
// the leaf just grows.
//
// Pointers to branches carry tag 1, pointers to leaves twice (their capacity's power − 3) up to 6, so that a
// look-up need not touch a leaf's header; larger leaves carry tag 8 and are asked.

/// A hash trie by its root; it owns nothing by itself.
struct HashTrie {
    /// A tagged pointer; 0 when empty.
    var root: UInt = 0

    static let branchBytes = 16 + 256 * 8
    static let splitPower = 6

    init() {}
    init(root: UInt) { self.root = root }

    @inline(__always)
    static func isBranch(_ tagged: UInt) -> Bool { tagged & 1 != 0 }

    @inline(__always)
    static func node(_ tagged: UInt) -> RawNode {
        RawNode(bitPattern: tagged & ~15).unsafelyUnwrapped
    }

    @inline(__always)
    static func children(_ branch: RawNode) -> UnsafeMutablePointer<UInt> {
        (branch + 16).assumingMemoryBound(to: UInt.self)
    }

    @inline(__always)
    static func index(_ hash: UInt64, _ level: Int) -> Int {
        Int(truncatingIfNeeded: hash >> UInt64(56 - 8 * level)) & 255
    }

    /// The payload stored under `hash` for which `matches` holds.
    ///
    /// O(log₂₅₆ n), no lock, no retain.
    @inline(__always)
    func find(_ hash: UInt64, _ matches: (UInt64) -> Bool) -> UInt64? {
        guard root != 0 else { return nil }
        var tagged = root
        var level = 0
        while HashTrie.isBranch(tagged) {
            tagged = HashTrie.children(HashTrie.node(tagged))[HashTrie.index(hash, level)]
            level += 1
        }
        let leaf = HashLeaf(HashTrie.node(tagged))
        let mask = (tagged & 8 == 0 ? 8 << Int((tagged >> 1) & 3) : leaf.capacity) - 1
        let entries = leaf.entries
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let payload = entries[place &* 2 &+ 1]
            if payload == 0 { return nil }
            if entries[place &* 2] == hash, matches(payload) { return payload }
            place = (place &+ 1) & mask
        }
    }

    /// Visits every payload, in no meaningful order.
    func forEach(_ body: (_ hash: UInt64, _ payload: UInt64) -> Void) {
        if root != 0 { HashTrie.forEach(root, body) }
    }

    private static func forEach(_ tagged: UInt, _ body: (UInt64, UInt64) -> Void) {
        let node = node(tagged)
        guard isBranch(tagged) else {
            HashLeaf(node).forEach(body)
            return
        }
        let children = children(node)
        var index = 0
        while index < 256 {
            forEach(children[index], body)
            index = nextChild(children, after: index)
        }
    }

    /// The first place after `index` that holds another child.
    @inline(__always)
    static func nextChild(_ children: UnsafeMutablePointer<UInt>, after index: Int) -> Int {
        var next = index + 1
        while next < 256, children[next] == children[index] { next += 1 }
        return next
    }
}

/// A view of a leaf's memory.
struct HashLeaf {
    let node: RawNode
    @inline(__always)
    init(_ node: RawNode) { self.node = node }

    @inline(__always)
    var count: Int {
        get { Int(node.load(fromByteOffset: 8, as: UInt32.self)) }
        nonmutating set { node.storeBytes(of: UInt32(newValue), toByteOffset: 8, as: UInt32.self) }
    }
    @inline(__always)
    var power: Int { Int(node.load(fromByteOffset: 12, as: UInt8.self)) }
    /// The bits of the hash that all entries here have in common.
    @inline(__always)
    var depth: Int {
        get { Int(node.load(fromByteOffset: 13, as: UInt8.self)) }
        nonmutating set { node.storeBytes(of: UInt8(newValue), toByteOffset: 13, as: UInt8.self) }
    }
    @inline(__always)
    var capacity: Int { 1 << power }
    @inline(__always)
    var entries: UnsafeMutablePointer<UInt64> {
        (node + 16).assumingMemoryBound(to: UInt64.self)
    }
    @inline(__always)
    static func bytes(_ power: Int) -> Int { 16 + 16 << power }
    @inline(__always)
    var bytes: Int { HashLeaf.bytes(power) }
    /// Linear probing stays short, and always ends, below thirteen sixteenths.
    @inline(__always)
    var isFull: Bool { (count + 1) * 16 > capacity * 13 }
    @inline(__always)
    var tagged: UInt {
        UInt(bitPattern: node) | (power - 3 <= 3 ? UInt(power - 3) << 1 : 8)
    }

    static func make(power: Int, depth: Int, stamp: Int64) -> HashLeaf {
        let node = RawNode.allocate(byteCount: bytes(power), alignment: 16)
        node.initializeMemory(as: UInt8.self, repeating: 0, count: bytes(power))
        node.storeBytes(of: stamp, as: Int64.self)
        node.storeBytes(of: UInt8(power), toByteOffset: 12, as: UInt8.self)
        node.storeBytes(of: UInt8(depth), toByteOffset: 13, as: UInt8.self)
        return HashLeaf(node)
    }

    /// Adds an entry; there is room.
    @inline(__always)
    func add(_ hash: UInt64, _ payload: UInt64) {
        let mask = capacity - 1
        let entries = entries
        var place = Int(truncatingIfNeeded: hash) & mask
        while entries[place &* 2 &+ 1] != 0 { place = (place &+ 1) & mask }
        entries[place &* 2] = hash
        entries[place &* 2 &+ 1] = payload
        count += 1
    }

    /// The place of an entry, or nil.
    @inline(__always)
    func place(_ hash: UInt64, _ payload: UInt64) -> Int? {
        let mask = capacity - 1
        let entries = entries
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let found = entries[place &* 2 &+ 1]
            if found == 0 { return nil }
            if found == payload, entries[place &* 2] == hash { return place }
            place = (place &+ 1) & mask
        }
    }

    /// Empties a place and closes the gap in its run of probes.
    func remove(at place: Int) {
        let mask = capacity - 1
        let entries = entries
        var gap = place
        var next = (place + 1) & mask
        while entries[next * 2 + 1] != 0 {
            let home = Int(truncatingIfNeeded: entries[next * 2]) & mask
            // The entry may move to the gap if its home does not lie cyclically in (gap, next].
            if (next &- home) & mask >= (next &- gap) & mask {
                entries[gap * 2] = entries[next * 2]
                entries[gap * 2 + 1] = entries[next * 2 + 1]
                gap = next
            }
            next = (next + 1) & mask
        }
        entries[gap * 2] = 0
        entries[gap * 2 + 1] = 0
        count -= 1
    }

    func forEach(_ body: (UInt64, UInt64) -> Void) {
        let entries = entries
        for place in 0..<capacity where entries[place * 2 + 1] != 0 {
            body(entries[place * 2], entries[place * 2 + 1])
        }
    }
}
