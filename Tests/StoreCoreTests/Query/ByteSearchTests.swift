import StoreTesting
import Testing

@testable import StoreCore

@Suite struct `A search in text` {
    /// Whether `part` is found, and how many bytes were compared.
    private func search(_ whole: [UInt8], _ part: [UInt8]) -> (found: Bool, comparisons: Int) {
        whole.withUnsafeBufferPointer { whole in
            part.withUnsafeBufferPointer { part in
                var search = ByteSearch(part)
                let found = search.finds(in: whole)
                return (found, search.comparisons)
            }
        }
    }

    private func occurs(_ part: [UInt8], in whole: [UInt8]) -> Bool {
        guard whole.count >= part.count else { return false }
        return (0...(whole.count - part.count)).contains {
            whole[$0..<$0 + part.count].elementsEqual(part)
        }
    }

    /// Bytes that repeat themselves, with a fault now and then.
    private func bytes(_ count: Int, _ unit: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        (0..<count).map { random.once(in: 30) ? UInt8(random.below(3)) : unit[$0 % unit.count] }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `finds what is there, and nothing else`(seed: UInt64) {
        var random = SeededRandom(seed)
        for _ in 0..<2_000 {
            let unit = (0...random.below(6)).map { _ in UInt8(random.below(3)) }
            let whole = bytes(random.below(300), unit, &random)
            let part = bytes(random.below(60), unit, &random)
            #expect(search(whole, part).found == occurs(part, in: whole), "seed \(seed)")
        }
    }

    @Test(arguments: [1_000, 10_000])
    func `compares as many bytes as there are, a few times over`(count: Int) {
        let whole = [UInt8](repeating: 7, count: count)
        let half = [UInt8](repeating: 7, count: count / 4)
        let parts = [half + [8] + half, half + [8], [8] + half, [7, 8] + half, half + [8, 7]]
        for part in parts {
            let (found, comparisons) = search(whole, part)
            #expect(!found)
            #expect(comparisons <= 8 * (whole.count + part.count))
        }
        #expect(search(whole + half + [8], half + [8]).found)
    }
}
