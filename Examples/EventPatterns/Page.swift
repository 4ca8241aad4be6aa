import StoreCore

/// Prints a line of a section.
func say(_ line: String = "") {
    print(line.isEmpty ? "" : "   " + line)
}

extension String {
    /// The text, with spaces up to this width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// The text, with spaces before it up to this width.
    func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}

extension Key {
    /// The key as people write it: without the quotation marks of a text.
    var text: String { value.string ?? description }
}
