/// Amounts with a bar beside each, the largest as wide as the chart.
struct BarChart {
    private let width = 40
    private var bars: [(label: String, amount: Double)] = []

    mutating func add(_ label: String, _ amount: Double) {
        bars.append((label, amount))
    }

    var lines: [String] {
        let largest = bars.map(\.amount).max() ?? 0
        var table = TextTable(.left, .right, .left)
        for bar in bars {
            let share = largest > 0 ? max(0, bar.amount) / largest : 0
            let length = Int((share * Double(width)).rounded())
            table.add(bar.label, "\(Money(bar.amount))", String(repeating: "█", count: length))
        }
        return table.lines
    }
}
