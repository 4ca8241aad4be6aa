import StoreCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes values as JSON.
struct JSONWriter {
    private(set) var text: [UInt8] = []
    private let isPretty: Bool

    init(isPretty: Bool) { self.isPretty = isPretty }

    mutating func write(_ value: Value, indentation: Int = 0) {
        switch value {
        case .null: write("null")
        case .bool(let value): write(value ? "true" : "false")
        case .integer(let value): write(value.description)
        case .double(let value): write(value.isFinite ? value.description : "null")
        case .date(let value): write(quoted: value.iso8601)
        case .string(let value): write(quoted: value)
        case .bytes(let value): write(quoted: Data(value).base64EncodedString())
        case .array(let values): write(values, indentation: indentation)
        case .object(let fields): write(fields, indentation: indentation)
        }
    }

    private mutating func write(_ values: [Value], indentation: Int) {
        text.append(UInt8(ascii: "["))
        for (place, value) in values.enumerated() {
            separate(place, indentation: indentation)
            write(value, indentation: indentation + 1)
        }
        close("]", isEmpty: values.isEmpty, indentation: indentation)
    }

    private mutating func write(_ fields: Fields, indentation: Int) {
        text.append(UInt8(ascii: "{"))
        for (place, field) in fields.enumerated() {
            separate(place, indentation: indentation)
            write(quoted: field.name)
            write(isPretty ? ": " : ":")
            write(field.value, indentation: indentation + 1)
        }
        close("}", isEmpty: fields.isEmpty, indentation: indentation)
    }

    private mutating func separate(_ place: Int, indentation: Int) {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        if isPretty { breakLine(indentation + 1) }
    }

    private mutating func close(_ bracket: String, isEmpty: Bool, indentation: Int) {
        if isPretty && !isEmpty { breakLine(indentation) }
        write(bracket)
    }

    private mutating func breakLine(_ indentation: Int) {
        text.append(UInt8(ascii: "\n"))
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indentation))
    }

    private mutating func write(_ string: String) { text.append(contentsOf: string.utf8) }

    private mutating func write(quoted string: String) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): write("\\\"")
            case UInt8(ascii: "\\"): write("\\\\")
            case 0x0A: write("\\n")
            case 0x0D: write("\\r")
            case 0x09: write("\\t")
            case 0..<0x20: write(byte < 0x10 ? "\\u000" : "\\u00", hex: byte)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ prefix: String, hex byte: UInt8) {
        write(prefix + String(byte, radix: 16))
    }
}
