public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension UUIDText {
    /// Takes the bits of a Foundation UUID.
    public init(_ uuid: UUID) {
        let words = withUnsafeBytes(of: uuid.uuid) {
            (
                $0.loadUnaligned(as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }
}

extension UUID {
    /// Makes a Foundation UUID of the same bits.
    public init(_ text: UUIDText) {
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &uuid) { $0.copyBytes(from: text.bytes) }
        self.init(uuid: uuid)
    }
}

/// UUIDs are stored as 36 characters; ``UUIDBytes`` stores 16 bytes instead.
extension UUID: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .string }

    /// The UUID as lower-case text, as generated ones are.
    public var storeValue: Value { .string(UUIDText(self).description) }

    /// Makes a UUID of text in either case; nil when the value is no text, or the text no UUID.
    public init?(storeValue: Value) {
        guard let text = storeValue.string else { return nil }
        self.init(uuidString: text)
    }
}

extension UUID: KeyConvertible {
    /// The key of this UUID: its lower-case text.
    public var storeKey: Key { Key(storeValue) }
}

extension UUID: RecordKey {}
