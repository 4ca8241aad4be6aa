/// A struct that is kept in a bucket of its own.
///
/// Codable is all it takes. The schema says which properties are columns, and by what names:
///
/// ```swift
/// struct Order: StoreRecord {
///     var id: Int = 0
///     var customerID: String
///     var total: Double
///     var status: Status = .pending
///     enum Status: String, Codable, CaseIterable, StoreValue { case pending, paid, shipped }
///
///     typealias Key = Int
///     static let schema = Schema<Order>("orders", key: \.id) { field in
///         field(\.id, "id").generated(.autoincrement)
///         field(\.customerID, "customerID").indexed()
///         field(\.total, "total").range(0...)
///         field(\.status, "status").indexed()
///     }
/// }
/// ```
///
/// `Codable` conformance is enough. Where speed matters more than brevity, write `init(row:)` and `encode(into:)` by
/// hand: they are called instead, and look at no coding key.
public protocol StoreRecord: Codable, Sendable {
    /// The type of the key: that of the key property, or `CompositeKey` for several.
    associatedtype Key: RecordKey

    /// The bucket's name, its columns, its key and its indexes.
    static var schema: Schema<Self> { get }

    /// Makes one of a record.
    ///
    /// - Throws: what the row's values throw, or `DecodingError`.
    init(row: Row) throws

    /// Writes every column.
    ///
    /// - Throws: `EncodingError`.
    func encode(into row: inout RowWriter) throws
}

extension StoreRecord {
    /// Makes one through its `Decodable` conformance.
    public init(row: Row) throws { self = try RowDecoder.decode(Self.self, from: row) }

    /// Writes every column through the `Encodable` conformance.
    public func encode(into row: inout RowWriter) throws { try RowEncoder.encode(self, into: &row) }
}

extension StoreRecord where Self: Identifiable, ID: RecordKey {
    /// The key is what identifies the value.
    public typealias Key = ID
}
