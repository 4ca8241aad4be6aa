import StoreReactive

/// A part of the dashboard: a live query, and how its results read.
protocol Panel: Sendable {
    associatedtype Result: Sendable

    /// What stands above it; nil for none.
    var title: String? { get }
    /// How many lines it has at most: as many are kept for it on the screen.
    var height: Int { get }
    var live: Live<Result> { get }

    /// A result line by line, with marks at what is not as in the one that was shown before.
    func lines(of result: Result, after previous: Result?) throws -> [String]
}

extension Panel {
    /// An empty line and the title, if it has one.
    var heading: [String] { title.map { ["", $0] } ?? [] }

    /// A line; those of all panels have the same columns, as wide on every day.
    func row(_ mark: Mark, _ name: String, _ figure: String, _ note: String = "") -> String {
        let name = name + String(repeating: " ", count: max(0, 36 - name.count))
        let figure = String(repeating: " ", count: max(0, 14 - figure.count)) + figure
        return "\(mark.rawValue) \(name)\(figure)" + (note.isEmpty ? "" : "  \(note)")
    }
}

/// What has become of a line since it was shown before.
enum Mark: String {
    case none = " "
    case new = "+"
    case changed = "•"
    case risen = "▲"
}
