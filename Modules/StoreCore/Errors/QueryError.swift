/// Why a query was refused.
///
/// It has read nothing.
public struct QueryError: Error, Sendable, Hashable {
    /// What kind of fault it is, for a program.
    public let reason: Reason
    /// What is wrong and what would be right, for people.
    public let message: String

    /// Makes an error.
    public init(reason: Reason, message: String) {
        self.reason = reason
        self.message = message
    }

    /// The kinds of faults.
    ///
    /// Later releases may add some.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// The reason's name, stable across releases.
        public let name: String

        init(_ name: String) { self.name = name }

        /// The name.
        public var description: String { name }

        /// A limit, or a number of records asked for, is below zero.
        public static let negativeLimit = Reason("negativeLimit")
        /// An offset is below zero.
        public static let negativeOffset = Reason("negativeOffset")
        /// A cursor's text is none that a store has written.
        public static let malformedCursor = Reason("malformedCursor")
        /// A cursor belongs to another bucket or another order.
        public static let cursorMismatch = Reason("cursorMismatch")
        /// A field is named that does not exist where it must.
        public static let unknownField = Reason("unknownField")
        /// A column is to lead to records of a bucket, and is no reference to it, or cannot be one.
        public static let noReference = Reason("noReference")
        /// A sum does not fit 64 bits, a double, a decimal, or the property's type.
        public static let overflow = Reason("overflow")
        /// A value in a predicate is nested deeper than any record's can be.
        public static let tooDeep = Reason("tooDeep")
        /// A query with a limit or an offset of its own was asked for a page.
        public static let limitedPage = Reason("limitedPage")
    }
}

extension QueryError: CustomStringConvertible {
    /// What is wrong.
    public var description: String { message }
}
