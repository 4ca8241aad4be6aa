import Measuring

/// A record of eight fields with an integer key, no string longer than 15 bytes.
struct WideRow: Sendable {
    var id: Int
    var first: String
    var last: String
    var city: String
    var country: String
    var age: Int
    var score: Double
    var role: String

    init(_ index: Int) {
        id = index
        first = "first \(index % 1_000)"
        last = "last \(index)"
        city = "city \(index % 500)"
        country = "country \(index % 50)"
        age = index % 90
        score = Double(index) / 2
        role = "role\(index % 100)"
    }

    /// The keys of nine records in ten, chosen at random.
    static func doomed(of count: Int) -> ArraySlice<Int> {
        var random = SplitMix(seed: 0xDEAD)
        return (0..<count).shuffled(using: &random).prefix(count / 10 * 9)
    }
}
