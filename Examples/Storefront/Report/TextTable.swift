/// Rows of text in columns as wide as their widest cell.
struct TextTable {
    enum Alignment {
        case left
        case right
    }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ alignments: Alignment...) {
        self.alignments = alignments
    }

    mutating func add(_ cells: String...) {
        precondition(cells.count == alignments.count, "a row has one cell for each column")
        rows.append(cells)
    }

    var lines: [String] {
        let widths = alignments.indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            var line = " "
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += " " + (alignments[column] == .left ? cell + padding : padding + cell) + " "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
