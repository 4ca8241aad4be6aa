public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Value {
    /// Reads a value from a JSON text.
    ///
    /// A number without fraction and exponent that fits 64 bits becomes an integer, every other one
    /// a double. Of a name given twice in an object, the last value counts, at the first one's
    /// place. Texts stay texts: a date column makes a date of one that is ISO 8601.
    ///
    /// - Throws: ``JSONError``, also for nesting deeper than `Value.nestingMax` and for a number too
    ///   great for a double.
    /// - Complexity: O(n) in the length of the text.
    public init(json text: String) throws(JSONError) {
        self = try Value.read(text, levels: Value.nestingMax)
    }

    /// Reads a value from a JSON text in UTF-8, as ``init(json:)`` does.
    ///
    /// - Throws: ``JSONError``, also for bytes that are not UTF-8.
    public init(jsonData data: Data) throws(JSONError) {
        self = try Value.read(data, levels: Value.nestingMax)
    }

    /// The value as JSON: dates as ISO 8601 texts, bytes as Base64 texts, names in order.
    ///
    /// Reading it back gives texts for dates and bytes; `Codable` keeps them apart. A number that
    /// is not finite, which no store holds, becomes null.
    ///
    /// - Parameter isPretty: whether to break lines and indent by two spaces.
    /// - Returns: the text.
    public func json(isPretty: Bool = false) -> String {
        var writer = JSONWriter(isPretty: isPretty)
        writer.write(self)
        return String(decoding: writer.text, as: UTF8.self)
    }

    /// The value as JSON in UTF-8, as ``json(isPretty:)`` has it.
    public func jsonData(isPretty: Bool = false) -> Data {
        var writer = JSONWriter(isPretty: isPretty)
        writer.write(self)
        return Data(writer.text)
    }

    static func read(_ text: String, levels: Int) throws(JSONError) -> Value {
        var text = text
        return try text.withUTF8 { bytes in read(bytes, levels: levels) }.get()
    }

    static func read(_ data: Data, levels: Int) throws(JSONError) -> Value {
        guard let text = String(validating: data, as: UTF8.self) else {
            let repaired = String(decoding: data, as: UTF8.self)
            let place = zip(repaired.utf8, data).prefix { $0 == $1 }.count
            throw JSONError(.invalidUTF8, at: place, "the bytes are not UTF-8")
        }
        return try read(text, levels: levels)
    }

    private static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, levels: Int
    ) -> Result<Value, JSONError> {
        var reader = JSONReader(bytes)
        do throws(JSONError) {
            return .success(try reader.document(levels: levels))
        } catch {
            return .failure(error)
        }
    }
}
