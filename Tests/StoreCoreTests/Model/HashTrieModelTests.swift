import StoreTesting
import TestSupport
import Testing

@testable import StoreCore

/// The hash trie against a dictionary, with kind and with hostile hashes.
@Suite struct `Hash tries against a model` {
    enum Hashes: String, CaseIterable, CustomTestStringConvertible {
        case spread, equal, equalHighBits, equalLowBits, fewHighBits, twins, deepPrefix

        var testDescription: String { rawValue }

        func draw(_ random: inout SeededRandom) -> UInt64 {
            switch self {
            case .spread: random.next()
            case .equal: 0xABCD_EF01_2345_6789
            case .equalHighBits: 0x1234_5678_9ABC_DE00 | random.next() & 0xFF
            case .equalLowBits: random.next() << 32 | 0x7777_7777
            case .fewHighBits: random.next() & 0xC0C0_0000_0000_0000
            case .twins: random.once(in: 2) ? random.next() : 0x8000_0000_0000_0000
            case .deepPrefix: ~0 << UInt64(random.below(64))
            }
        }
    }

    private struct Version {
        var trie = HashTrie()
        /// Hashes by payload.
        var model: [UInt64: UInt64] = [:]
    }

    @Test(arguments: Hashes.allCases, Volume.seeds(few: 2, full: 8))
    func `agree through random edits, and old versions stay as they were`(
        hashes: Hashes, seed: UInt64
    ) throws {
        var random = SeededRandom(seed)
        let lab = try TreeLab<Version>()
        var current = Version()
        var next: UInt64 = 1
        // Grow and shrink by turns, so that leaves and branches come and go.
        for step in 0..<160 {
            let grows = step % 80 < 45
            lab.edit(aside: random.once(in: 4)) { _, editor in
                for _ in 0...random.below(16) {
                    edit(&current, &editor, &next, grows, hashes, &random)
                }
            }
            if random.once(in: 8) { lab.hold(current) }
            if random.once(in: 9), !lab.held.isEmpty { lab.drop(at: random.below(lab.held.count)) }
            if step % 4 == 0 {
                var check = lab.check()
                expectAgreement(current, &check, "seed \(seed), step \(step)")
            }
            if random.once(in: 16) {
                for old in lab.held {
                    var check = InvariantCheck(position: old.pin.position)
                    expectAgreement(old.version, &check, "seed \(seed), step \(step), old")
                }
            }
        }
        for (payload, hash) in current.model {
            lab.edit(aside: false) { _, editor in
                current.trie.remove(hash, payload, &editor)
            }
        }
        #expect(current.trie.root == 0)
        lab.end { $0.retire(current.trie) }
    }

    private func edit(
        _ current: inout Version, _ editor: inout Editor, _ next: inout UInt64, _ grows: Bool,
        _ hashes: Hashes, _ random: inout SeededRandom
    ) {
        let choice = random.below(10)
        let payload = current.model.isEmpty ? 0 : 1 + random.next() % next
        guard let hash = current.model[payload], choice < (grows ? 4 : 9) else {
            guard choice < (grows ? 10 : 2) else { return }
            let hash = hashes.draw(&random)
            current.trie.insert(hash, next, &editor)
            current.model[next] = hash
            next += 1
            return
        }
        if choice < 2 {
            current.trie.replace(hash, payload, with: next, &editor)
            current.model[next] = hash
            next += 1
        } else {
            current.trie.remove(hash, payload, &editor)
        }
        current.model[payload] = nil
    }

    private func expectAgreement(
        _ version: Version, _ check: inout InvariantCheck, _ context: @autoclosure () -> String
    ) {
        var found: [UInt64: UInt64] = [:]
        var count = 0
        version.trie.check(&check, below: .max) { _, hash, payload in
            found[payload] = hash
            count += 1
        }
        #expect(check.violations == [], "\(context())")
        #expect(found == version.model && count == found.count, "\(context())")
        for (payload, hash) in version.model.prefix(40) {
            #expect(version.trie.find(hash) { $0 == payload } == payload, "\(context())")
        }
        #expect(version.trie.find(0x0FED_CBA9_8765_4321) { _ in true } == nil, "\(context())")
    }
}
