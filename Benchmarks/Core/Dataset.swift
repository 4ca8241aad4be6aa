import Measuring

/// A record of five fields as a plain struct: what the dictionary keeps and GRDB decodes.
struct Row: Sendable {
    var id: String
    var name: String
    var value: Double
    var role: String
    var group: String
}

/// The input of every contestant, made before anything is measured.
final class Dataset: Sendable {
    let size: Size
    let roleCount: Int
    let rows: [Row]
    /// The indexes of `rows` in random order: the order of access, the same for all.
    let order: [Int]
    /// The keys in random order, the same string objects as in the rows.
    let keys: [String]

    var count: Int { rows.count }
    /// The scan's upper bound: a hundredth of the records lie below it.
    var scanBound: Double { Double(count / 100) }

    init(_ size: Size, roleCount: Int = 100) {
        var random = SplitMix(seed: 0x5EED)
        let count = size.count
        let places = (0..<count).shuffled(using: &random)
        let rows = (0..<count).map { index in
            Row(
                id: random.identifier(), name: "name \(index)",
                value: Double(places[index]),
                role: "role\(index % roleCount)", group: "group\(index % 10)")
        }
        let order = (0..<count).shuffled(using: &random)
        self.size = size
        self.roleCount = roleCount
        self.rows = rows
        self.order = order
        keys = order.map { rows[$0].id }
    }

    /// A run of `limit` places in the random order, another one in each round, so that no round
    /// finds what it needs in the caches because the one before has been there.
    func picks(_ limit: Int, round: Int) -> Range<Int> {
        let length = min(limit, count)
        let start = (round * length) % (count - length + 1)
        return start..<(start + length)
    }

    /// Goes through all the keys in the random order, several times over; the second of two threads
    /// starts half-way.
    @inline(__always)
    func walk(_ thread: Int, passes: Int, _ body: (String) -> Void) {
        let start = thread * count / 2
        // The array is opened once: two threads that retain it for each key would measure that.
        keys.withUnsafeBufferPointer { keys in
            for _ in 0..<passes {
                for place in start..<keys.count { body(keys[place]) }
                for place in 0..<start { body(keys[place]) }
            }
        }
    }

    /// What an update sets the record at a place of the random order to: no scan's answer changes
    /// by it.
    @inline(__always)
    func newValue(_ place: Int) -> Double { rows[order[place]].value + 0.5 }

    func role(_ index: Int) -> String { "role\(index % roleCount)" }
}
