import StoreCore
import StoreTesting
import Testing

@testable import StoreTransactions

@Suite struct `The order after a conflict` {
    /// The order, in a place of its own.
    private final class Line {
        private(set) var order = ConflictOrder()
        var isEmpty: Bool { order.isEmpty }

        func enter(_ ticket: UInt64, at spots: [HotSpot]) -> Bool {
            order.enter(ticket, at: spots)
        }

        func leave(_ ticket: UInt64) -> [UInt64] { order.leave(ticket) }
    }

    private static func spots(_ names: String) -> [HotSpot] {
        names.map { HotSpot(bucket: "accounts", key: Key("\($0)")) }
    }

    @Test func `lets one run at each spot, and others at other spots`() {
        let order = Line()
        #expect(order.enter(1, at: Self.spots("a")))
        #expect(!order.enter(2, at: Self.spots("a")))
        #expect(order.enter(3, at: Self.spots("b")))
        #expect(order.leave(3) == [])
        #expect(order.leave(1) == [2])
        #expect(order.leave(2) == [])
        #expect(order.isEmpty)
    }

    @Test func `lets the lowest ticket run first, whenever it came`() {
        let order = Line()
        #expect(order.enter(5, at: Self.spots("a")))
        #expect(!order.enter(7, at: Self.spots("a")))
        #expect(!order.enter(2, at: Self.spots("ab")))
        #expect(!order.enter(6, at: Self.spots("b")))
        #expect(order.leave(5) == [2])
        #expect(Set(order.leave(2)) == [6, 7])
    }

    @Test func `passes over who has left, and lets go what has left twice`() {
        let order = Line()
        #expect(order.enter(1, at: Self.spots("a")))
        #expect(!order.enter(2, at: Self.spots("ab")))
        #expect(!order.enter(3, at: Self.spots("b")))
        #expect(order.leave(2) == [3])
        #expect(order.leave(2) == [])
        #expect(order.leave(1) == [])
        #expect(order.leave(3) == [])
        #expect(order.isEmpty)
    }

    /// Against the rule, worked out anew: nobody runs beside another, and whoever may run does.
    @Test(arguments: UInt64(0)..<20) func `is that of the rule`(seed: UInt64) {
        var random = SeededRandom(seed)
        let order = Line()
        var (running, waiting): ([UInt64: [HotSpot]], [UInt64: [HotSpot]]) = ([:], [:])
        func mayRun(_ ticket: UInt64, _ spots: [HotSpot]) -> Bool {
            let (here, all) = (Set(spots), running.values)
            return all.allSatisfy { here.isDisjoint(with: $0) }
                && waiting.allSatisfy { $0.key >= ticket || here.isDisjoint(with: $0.value) }
        }
        var free: [UInt64] = (1...60).shuffled(using: &random)
        var last: UInt64 = 60
        for _ in 0..<2_000 {
            if !free.isEmpty, Bool.random(using: &random) {
                let ticket = free.removeLast()
                let count = Int.random(in: 1...3, using: &random)
                let spots = Self.spots(String("abcdef".shuffled(using: &random).prefix(count)))
                let isFree = mayRun(ticket, spots)
                #expect(order.enter(ticket, at: spots) == isFree)
                if isFree { running[ticket] = spots } else { waiting[ticket] = spots }
            } else if let ticket = Array(running.keys).sorted().randomElement(using: &random) {
                // Some give up while they wait.
                let gone =
                    Int.random(in: 0..<4, using: &random) == 0
                    ? waiting.keys.sorted().randomElement(using: &random) ?? ticket : ticket
                // Who gives up does not come again.
                if running.removeValue(forKey: gone) != nil {
                    free.insert(gone, at: 0)
                } else {
                    last += 1
                    free.insert(last, at: 0)
                }
                waiting[gone] = nil
                let started = order.leave(gone)
                for ticket in started {
                    let spots = waiting.removeValue(forKey: ticket) ?? []
                    #expect(mayRun(ticket, spots))
                    running[ticket] = spots
                }
                #expect(!waiting.contains { mayRun($0.key, $0.value) })
            }
        }
        for ticket in running.keys.sorted() + waiting.keys.sorted() { _ = order.leave(ticket) }
        #expect(order.isEmpty)
    }

    /// Steps per ticket, of so many that wait at one spot, a third of which give up.
    private func steps(_ count: UInt64) -> Double {
        let order = Line()
        for ticket in 0..<count { _ = order.enter(ticket, at: Self.spots("a")) }
        for ticket in stride(from: 1, to: count, by: 3) { _ = order.leave(ticket) }
        for ticket in 0..<count where ticket % 3 != 1 { _ = order.leave(ticket) }
        return Double(order.order.steps) / Double(count)
    }

    @Test func `costs the logarithm of those who wait`() {
        let (few, many) = (steps(1_000), steps(10_000))
        #expect(many < few + 8, "\(few) steps each among 1,000, \(many) among 10,000")
    }
}
