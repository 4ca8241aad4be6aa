/// The declared fields of a bucket, in order.
///
/// ```swift
/// let schema: BucketSchema = [
///     "id": .string(generated: .uuid),
///     "name": .string(required: true, length: 1...100),
/// ]
/// ```
///
/// A field declared twice is remembered, so that defining the bucket can refuse it.
public struct BucketSchema: Sendable, Hashable, Codable {
    /// A field's name and what is said about it.
    public struct NamedColumn: Sendable, Hashable, Codable {
        /// The field's name.
        public var name: String
        /// The field's type and rules.
        public var column: Column

        /// Makes a declaration.
        public init(name: String, column: Column) {
            self.name = name
            self.column = column
        }

        /// Whether both have the same name, byte for byte, and the same rules.
        public static func == (a: NamedColumn, b: NamedColumn) -> Bool {
            bytesEqual(a.name, b.name) && a.column == b.column
        }
    }

    /// The declarations in order.
    public var columns: [NamedColumn]

    /// Makes a schema of declarations.
    public init(_ columns: [NamedColumn] = []) { self.columns = columns }

    /// The column of this name; nil when there is none.
    public subscript(_ name: String) -> Column? {
        columns.first { bytesEqual($0.name, name) }?.column
    }
}

extension BucketSchema: ExpressibleByDictionaryLiteral {
    /// Makes a schema in the literal's order.
    public init(dictionaryLiteral elements: (String, Column)...) {
        columns = elements.map { NamedColumn(name: $0.0, column: $0.1) }
    }
}
