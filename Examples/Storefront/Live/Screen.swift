import Foundation

/// The lines of a terminal, of which only those are written that have changed.
actor Screen {
    private var lines: [String] = []
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes what the terminal is told.
    init(_ write: @escaping @Sendable (String) -> Void = Screen.writeToStandardOutput) {
        self.write = write
    }

    /// Takes the whole terminal; what was on it comes back in the end.
    func open() {
        write(Code.otherScreen + Code.noWrapping + Code.hiddenCursor + Code.clear)
    }

    /// Gives the terminal back, and leaves there what was shown last.
    func close() {
        write(Code.cursor + Code.wrapping + Code.formerScreen)
        write(lines.map { $0 + "\n" }.joined())
    }

    /// Puts lines on the screen from a row on, counted from 0.
    func put(_ new: [String], from row: Int) {
        while lines.count < row + new.count { lines.append("") }
        var text = ""
        for (place, line) in zip(row..., new) where lines[place] != line {
            lines[place] = line
            text += Code.row(place) + line + Code.clearToEndOfLine
        }
        // All at once: nothing is seen that is half drawn.
        if !text.isEmpty { write(text) }
    }

    static func writeToStandardOutput(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}

/// What terminals do when they are told to, as ECMA-48 and xterm spell it.
private enum Code {
    static let otherScreen = "\u{1B}[?1049h"
    static let formerScreen = "\u{1B}[?1049l"
    static let hiddenCursor = "\u{1B}[?25l"
    static let cursor = "\u{1B}[?25h"
    static let noWrapping = "\u{1B}[?7l"
    static let wrapping = "\u{1B}[?7h"
    static let clear = "\u{1B}[2J"
    static let clearToEndOfLine = "\u{1B}[K"

    static func row(_ place: Int) -> String { "\u{1B}[\(place + 1);1H" }
}
