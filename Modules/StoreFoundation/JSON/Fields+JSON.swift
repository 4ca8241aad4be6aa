public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Fields {
    /// Reads fields from a JSON object, ready to be inserted.
    ///
    /// Values are read as `Value(json:)` reads them; each may have as many levels as a record's
    /// field. Names are exact: dots in them lead nowhere.
    ///
    /// - Throws: ``JSONError``, also when the text is no object.
    public init(json text: String) throws(JSONError) {
        self = try Fields.object(Value.read(text, levels: Value.nestingMax + 1))
    }

    /// Reads fields from a JSON object in UTF-8, as ``init(json:)`` does.
    ///
    /// - Throws: ``JSONError``, also for bytes that are not UTF-8.
    public init(jsonData data: Data) throws(JSONError) {
        self = try Fields.object(Value.read(data, levels: Value.nestingMax + 1))
    }

    /// The fields as a JSON object, in order.
    ///
    /// - Parameter isPretty: whether to break lines and indent by two spaces.
    /// - Returns: the text.
    public func json(isPretty: Bool = false) -> String {
        Value.object(self).json(isPretty: isPretty)
    }

    /// The fields as a JSON object in UTF-8.
    public func jsonData(isPretty: Bool = false) -> Data {
        Value.object(self).jsonData(isPretty: isPretty)
    }

    private static func object(_ value: Value) throws(JSONError) -> Fields {
        guard case .object(let fields) = value else {
            throw JSONError(
                .notAnObject, at: 0, "expected an object, found a value of type \(value.typeName)")
        }
        return fields
    }
}
