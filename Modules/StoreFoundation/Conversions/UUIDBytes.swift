public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A UUID that is stored as its 16 bytes, where `UUID` itself is stored as 36 characters.
///
/// Its columns are of type `bytes`, and the store can generate them:
///
/// ```swift
/// schema: ["id": .bytes(generated: .uuid7), "name": .string]
/// bucket.get(UUIDBytes(uuid))
/// ```
///
/// Values sort by their bytes, as the texts of UUIDs do.
public struct UUIDBytes: Sendable, Hashable {
    /// The UUID.
    public var uuid: UUID

    /// Wraps a UUID, a new random one if none is given.
    public init(_ uuid: UUID = UUID()) { self.uuid = uuid }
}

extension UUIDBytes: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .bytes }

    /// The 16 bytes.
    public var storeValue: Value { .bytes(UUIDText(uuid).bytes) }

    /// Makes a UUID of 16 bytes; nil when the value is none, or has more or fewer.
    public init?(storeValue: Value) {
        guard let bytes = storeValue.bytes, let text = UUIDText(bytes: bytes) else { return nil }
        self.init(UUID(text))
    }
}

extension UUIDBytes: RecordKey {}

extension UUIDBytes: Comparable {
    /// Whether the bytes of `a` stand before those of `b`.
    public static func < (a: UUIDBytes, b: UUIDBytes) -> Bool {
        let (a, b) = (UUIDText(a.uuid), UUIDText(b.uuid))
        return (a.high, a.low) < (b.high, b.low)
    }
}

extension UUIDBytes: Codable {
    /// Reads a UUID as `UUID` does.
    ///
    /// - Throws: what `UUID` throws.
    public init(from decoder: any Decoder) throws { self.init(try UUID(from: decoder)) }

    /// Writes the UUID as `UUID` does.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws { try uuid.encode(to: encoder) }
}

extension UUIDBytes: CustomStringConvertible {
    /// The lower-case text, as generated ones are written.
    public var description: String { UUIDText(uuid).description }
}
