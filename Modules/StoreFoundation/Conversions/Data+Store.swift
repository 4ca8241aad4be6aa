public import StoreCore

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Data: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .bytes }

    /// The data as bytes.
    public var storeValue: Value { .bytes(Array(self)) }

    /// Makes data; nil when the value has no bytes.
    public init?(storeValue: Value) {
        guard let bytes = storeValue.bytes else { return nil }
        self.init(bytes)
    }
}

extension Data: KeyConvertible {
    /// The key of these bytes.
    public var storeKey: Key { Key(storeValue) }
}

extension Data: RecordKey {}
