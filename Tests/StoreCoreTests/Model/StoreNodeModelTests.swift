import StoreTesting
import Testing

@testable import StoreCore

/// The top of the state against a dictionary, across one, two and three levels.
@Suite struct `Store roots against a model` {
    private struct Version {
        var root: StoreNode
        var model: [Int: RawNode] = [:]
    }

    @Test(arguments: [40, 900, 4_300], [1, 2] as [UInt64])
    func `agree through random changes, and old versions stay as they were`(
        slots: Int, seed: UInt64
    ) throws {
        var random = SeededRandom(seed)
        let lab = try TreeLab<Version>()
        var current = Version(root: .make(slots: 0, stamp: 0))
        var nodes: [RawNode] = []
        while current.root.slotCount < slots {
            lab.edit(aside: random.once(in: 4)) { stamp, editor in
                for _ in 0...random.below(slots / 20 + 1) {
                    change(&current, &nodes, stamp, &editor, &random)
                }
            }
            if random.once(in: 3) { lab.hold(current) }
            if random.once(in: 4), !lab.held.isEmpty { lab.drop(at: random.below(lab.held.count)) }
            expectAgreement(current, "seed \(seed)")
            for old in lab.held { expectDifference(old.version, current, "seed \(seed)") }
        }
        for old in lab.held { expectAgreement(old.version, "seed \(seed), old") }
        lab.end { editor in
            let root = current.root
            root.forEach { page, _ in
                editor.retire(page, bytes: 0)
            } bucket: { _, _, _ in
            }
            editor.retire(root.node, bytes: 0)
        }
        for node in nodes { node.deallocate() }
    }

    private func change(
        _ current: inout Version, _ nodes: inout [RawNode], _ stamp: Int64, _ editor: inout Editor,
        _ random: inout SeededRandom
    ) {
        var root = current.root.writable(&editor)
        let isNew = root.slotCount == 0 || !random.once(in: 4)
        let slot = isNew ? root.slotCount : random.below(root.slotCount)
        root = root.with(slot: slot, &editor)
        var node: RawNode?
        if isNew || random.once(in: 2) {
            let made = RawNode.allocate(byteCount: 16, alignment: 16)
            made.storeBytes(of: stamp, as: Int64.self)
            nodes.append(made)
            node = made
        }
        root.set(slot, node, &editor)
        current.root = root
        current.model[slot] = node
    }

    private func expectAgreement(_ version: Version, _ context: @autoclosure () -> String) {
        var found: [Int: RawNode] = [:]
        version.root.forEach { slot, bucket, _ in found[slot] = bucket.node }
        #expect(found == version.model, "\(context())")
        for slot in 0...version.root.slotCount where version.model[slot] != nil || slot % 7 == 0 {
            #expect(version.root.bucket(slot)?.node == version.model[slot], "\(context())")
        }
    }

    private func expectDifference(
        _ old: Version, _ new: Version, _ context: @autoclosure () -> String
    ) {
        for (before, after) in [(old, new), (new, old)] {
            var pairs: Set<[RawNode?]> = []
            _ = before.root.everyDifference(to: after.root) {
                pairs.insert([$0?.node, $1?.node])
                return true
            }
            let slots = Set(before.model.keys).union(after.model.keys)
            let wanted = slots.filter { before.model[$0] != after.model[$0] }
                .map { [before.model[$0], after.model[$0]] }
            #expect(pairs == Set(wanted), "\(context())")
        }
    }
}
