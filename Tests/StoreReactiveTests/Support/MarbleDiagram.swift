/// What is written to a store, and what those who watch a query do and are shown, tick by tick.
///
/// ```
/// writes  -a--(bc)-x
/// does    ^--------!
/// shows   0A--C----
/// ```
///
/// A character is a tick, and so is what stands in parentheses; spaces are for the eye. In one tick the writes come
/// first. A line of what is shown belongs to the line above it of what its watcher does, or to one who comes in the
/// first tick and stays.
///
/// - `writes`: a letter is written; `x` makes the query fail from then on; `=` settles the store, `|` stops it.
/// - `does`: `^` subscribes, `!` cancels.
/// - `shows`: a letter that was written, as a capital; `0` where none was; `#` is an error.
struct MarbleDiagram {
    typealias Line = [[Character]]

    private(set) var writes: Line = []
    private(set) var watchers: [(does: Line, shows: Line)] = []

    init(_ text: String) {
        var does: Line = [["^"]]
        for line in text.split(separator: "\n") {
            let name = line.prefix { $0 != " " }
            let marbles = MarbleDiagram.ticks(of: line.dropFirst(name.count))
            switch name {
            case "writes": writes = marbles
            case "does": does = marbles
            case "shows":
                watchers.append((does, marbles))
                does = [["^"]]
            default: preconditionFailure("a line is called “\(name)”")
            }
        }
    }

    private static func ticks(of marbles: some StringProtocol) -> Line {
        var ticks: Line = []
        var isGroup = false
        for character in marbles where character != " " {
            switch character {
            case "(":
                isGroup = true
                ticks.append([])
            case ")": isGroup = false
            default:
                if !isGroup { ticks.append([]) }
                if character != "-" { ticks[ticks.count - 1].append(character) }
            }
        }
        return ticks
    }

    /// A line as it is written, up to so many ticks.
    static func text(of line: Line, ticks: Int) -> String {
        (0..<ticks).map { tick in
            let marbles = String(line.at(tick))
            return marbles.isEmpty ? "-" : marbles.count == 1 ? marbles : "(\(marbles))"
        }.joined()
    }
}

extension MarbleDiagram.Line {
    /// What stands at a tick; nothing behind the end.
    func at(_ tick: Int) -> [Character] { tick < count ? self[tick] : [] }
}
