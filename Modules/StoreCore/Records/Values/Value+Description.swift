extension Value: CustomStringConvertible {
    /// The value roughly as it would be written in code.
    public var description: String {
        switch self {
        case .null: "nil"
        case .bool(let value): value.description
        case .integer(let value): value.description
        case .double(let value): value.description
        case .date(let value): value.iso8601
        case .string(let value): value.debugDescription
        case .bytes(let value): "<\(value.count) bytes>"
        case .array(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
        case .object(let fields): fields.description
        }
    }

    /// The value for a message: at most some forty characters, whatever it holds.
    var excerpt: String {
        switch self {
        case .string(let text): text.excerpt
        case .array(let values): "an array of \(values.count)"
        case .object(let fields): "an object of \(fields.count) fields"
        default: description
        }
    }
}

extension String {
    /// The beginning of the text in quotation marks, for a message.
    var excerpt: String {
        // Scalars, not characters: one character may be a megabyte of combining marks.
        guard let end = unicodeScalars.index(startIndex, offsetBy: 40, limitedBy: endIndex),
            end < endIndex
        else { return debugDescription }
        return String(unicodeScalars[..<end]).debugDescription + "…"
    }

    /// A name for a message: as it is where it is short and plain, otherwise quoted and cut.
    var shortened: String {
        let isPlain = utf8.count <= 60 && !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isPlain ? self : excerpt
    }
}

extension [String] {
    /// The first of these, for a message, and how many more there are.
    var firstFew: String {
        let fewMax = 8
        let first = prefix(fewMax).joined(separator: ", ")
        return count > fewMax ? "\(first), … \(count - fewMax) more" : first
    }
}

extension Fields: CustomStringConvertible {
    /// The fields roughly as they would be written in code.
    public var description: String {
        if isEmpty { return "[:]" }
        return "[" + map { "\($0.name.debugDescription): \($0.value)" }.joined(separator: ", ")
            + "]"
    }
}
