/// A change to a typed record.
public struct TypedChange<Model: StoreRecord>: Sendable {
    /// The same change, of a record with its fields by name.
    public let dynamic: Change

    /// What the commit did to the record.
    public var kind: Change.Kind { dynamic.kind }
    /// Why it did so.
    public var reason: Change.Reason { dynamic.reason }
    /// The record's key; nil if it is not of the type's kind of keys.
    public var key: Model.Key? { Model.Key(storeKey: dynamic.key) }

    /// The record after the change; nil if it was deleted.
    ///
    /// - Throws: what `Model.init(row:)` throws.
    public func new() throws -> Model? { try dynamic.new.map { try Model(row: Row($0)) } }

    /// The record before the change; nil if it was inserted, and nil if nobody asked for old images.
    ///
    /// - Throws: what `Model.init(row:)` throws.
    public func old() throws -> Model? { try dynamic.old.map { try Model(row: Row($0)) } }
}

extension Commit {
    /// The changes to the records of one type.
    public func changes<Model: StoreRecord>(of type: Model.Type) -> [TypedChange<Model>] {
        let bucket = Model.schema.name
        return records.filter { bytesEqual($0.bucket.name, bucket) }.map {
            TypedChange(dynamic: $0)
        }
    }
}
