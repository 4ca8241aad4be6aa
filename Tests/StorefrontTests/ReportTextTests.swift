import Testing

@testable import storefront

@Suite struct `The report's text` {
    @Test(arguments: [
        (0, "0.00"), (0.045, "0.05"), (7, "7.00"), (999.999, "1 000.00"), (-1234.5, "-1 234.50"),
        (1_265_793.0395, "1 265 793.04"), (-0.5, "-0.50"),
    ])
    func `amounts have two decimals and a space between thousands`(amount: Double, text: String) {
        #expect(Money(amount).description == text)
    }

    @Test func `tables align their columns`() {
        var table = TextTable(.left, .right)
        table.add("Côte de Blaye", "7")
        table.add("Tofu", "1 234")
        #expect(
            table.lines == [
                "  Côte de Blaye      7",
                "  Tofu           1 234",
            ])
    }

    @Test func `the longest bar belongs to the largest amount`() {
        var chart = BarChart()
        chart.add("a", 50)
        chart.add("b", 100)
        chart.add("c", 0)
        let bars = chart.lines.map { line in line.count { $0 == "█" } }
        #expect(bars == [20, 40, 0])
    }

    @Test func `an empty chart has no lines`() {
        #expect(BarChart().lines.isEmpty)
    }
}
