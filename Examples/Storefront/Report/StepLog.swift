/// The steps of a run: how many rows each of them handled, in how many commits, and how long it took.
struct StepLog {
    private struct Step {
        let name: String
        let rows: Int
        let commits: UInt64
        let time: Duration
    }

    private var steps: [Step] = []
    private var lastEnd = ContinuousClock.now

    /// Notes that a step has ended; it began when the one before it ended.
    mutating func add(_ name: String, rows: Int, commits: UInt64 = 0) {
        let end = ContinuousClock.now
        steps.append(Step(name: name, rows: rows, commits: commits, time: end - lastEnd))
        lastEnd = end
    }

    var lines: [String] {
        var table = TextTable(.left, .right, .right, .right)
        table.add("step", "rows", "commits", "time")
        for step in steps {
            let commits = step.commits > 0 ? grouped(step.commits) : ""
            table.add(step.name, grouped(step.rows), commits, milliseconds(step.time))
        }
        return table.lines
    }

    /// A time with two decimals, "12.34 ms", which is a form that nothing else in the report has.
    private func milliseconds(_ time: Duration) -> String {
        let hundredths = Int((time / .milliseconds(1) * 100).rounded())
        let fraction = String(hundredths % 100)
        return "\(hundredths / 100).\(fraction.count < 2 ? "0" : "")\(fraction) ms"
    }
}
