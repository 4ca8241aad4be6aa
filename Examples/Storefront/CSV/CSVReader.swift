/// One row of a file: its fields as text, and the line on which it begins.
struct CSVRow: Hashable {
    let line: Int
    /// Nil where the file says NULL without quotes.
    let fields: [String?]
}

/// Reads comma-separated values, row by row, as RFC 4180 describes them.
///
/// A field in quotes may hold commas, line breaks and doubled quotes. Lines end with LF or CR LF;
/// empty lines and a byte order mark at the start are passed over. A row that cannot be read is an
/// element too, as a failure, and reading goes on behind it.
struct CSVReader: Sequence, IteratorProtocol {
    private let file: String
    private let bytes: [UInt8]
    private var place: Int
    private var line = 1

    init(_ bytes: [UInt8], file: String) {
        self.file = file
        self.bytes = bytes
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func next() -> Result<CSVRow, BadRow>? {
        while skipLineBreak() {}
        guard place < bytes.count else { return nil }
        let start = (place: place, line: line)
        do {
            return .success(CSVRow(line: start.line, fields: try readRow()))
        } catch {
            if error == .openQuote { (place, line) = start }
            skipRestOfLine()
            return .failure(BadRow(file: file, line: start.line, reason: error.rawValue))
        }
    }

    /// What can be wrong with a row before anybody knows what it should hold.
    private enum Fault: String, Error {
        /// Everything behind the quote has been swallowed, so reading starts again one line down.
        case openQuote = "a quote is opened and never closed"
        case textAfterQuote = "text stands between a closing quote and the next comma"
        case notText = "the bytes are not UTF-8 text"
    }

    private mutating func readRow() throws(Fault) -> [String?] {
        var fields: [String?] = []
        while true {
            fields.append(try current == .quote ? readQuoted() : readPlain())
            if current == .comma {
                place += 1
            } else if place == bytes.count || skipLineBreak() {
                return fields
            } else {
                throw .textAfterQuote
            }
        }
    }

    private mutating func readPlain() throws(Fault) -> String? {
        let start = place
        while place < bytes.count, current != .comma, lineBreakLength == 0 { place += 1 }
        let text = try string(bytes[start..<place])
        return text == "NULL" ? nil : text
    }

    private mutating func readQuoted() throws(Fault) -> String {
        var content: [UInt8] = []
        place += 1
        while let byte = current {
            place += 1
            if byte == .quote {
                guard current == .quote else { return try string(content[...]) }
                place += 1
            } else if byte == .lineFeed {
                line += 1
            }
            content.append(byte)
        }
        throw .openQuote
    }

    private func string(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        return text
    }

    private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// How many bytes the line break at the current place has; none if there is no line break.
    private var lineBreakLength: Int {
        if current == .lineFeed { return 1 }
        let isPair = current == .carriageReturn && place + 1 < bytes.count
        return isPair && bytes[place + 1] == .lineFeed ? 2 : 0
    }

    private mutating func skipLineBreak() -> Bool {
        let length = lineBreakLength
        place += length
        line += length > 0 ? 1 : 0
        return length > 0
    }

    private mutating func skipRestOfLine() {
        while place < bytes.count, lineBreakLength == 0 { place += 1 }
    }
}

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
}
