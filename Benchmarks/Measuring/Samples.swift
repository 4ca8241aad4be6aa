/// The figures of one measurement, by contestant, in the order in which the contestants first
/// appeared.
final class Samples {
    private(set) var names: [String] = []
    private var figures: [String: [Double]] = [:]
    /// Whether a round has thrown; the measurement is then given up.
    var hasFailed = false

    func add(_ figure: Double, of name: String) {
        if figures[name] == nil { names.append(name) }
        figures[name, default: []].append(figure)
    }

    func median(of name: String) -> Double? {
        guard let sorted = figures[name]?.sorted(), !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
