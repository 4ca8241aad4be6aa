/// Why a text could not be read as JSON.
public struct JSONError: Error, Sendable, Hashable {
    /// What kind of fault it is, for a program.
    public let reason: Reason
    /// Where it was found, in bytes from the beginning.
    public let offset: Int
    /// What is wrong, for people.
    public let message: String

    init(_ reason: Reason, at offset: Int, _ message: String) {
        self.reason = reason
        self.offset = offset
        self.message = message
    }

    /// The kinds of faults.
    ///
    /// Later releases may add some.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// The reason's name, stable across releases.
        public let name: String

        /// The name.
        public var description: String { name }

        /// The text does not follow JSON's grammar.
        public static let syntax = Reason(name: "syntax")
        /// The text ends too early.
        public static let unexpectedEnd = Reason(name: "unexpectedEnd")
        /// The bytes are not UTF-8.
        public static let invalidUTF8 = Reason(name: "invalidUTF8")
        /// A number is too great for a double.
        public static let numberOutOfRange = Reason(name: "numberOutOfRange")
        /// Arrays and objects stand more than 128 levels deep.
        public static let nesting = Reason(name: "nesting")
        /// The text is JSON, but not an object.
        public static let notAnObject = Reason(name: "notAnObject")
    }
}

extension JSONError: CustomStringConvertible {
    /// What is wrong and where.
    public var description: String { "Invalid JSON at byte \(offset): \(message)" }
}
