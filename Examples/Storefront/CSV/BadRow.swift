/// A row that could not be used: where it stands, and what is wrong with it.
struct BadRow: Error, Hashable, CustomStringConvertible {
    let file: String
    let line: Int
    let reason: String

    var description: String { "\(file):\(line): \(reason)" }
}
