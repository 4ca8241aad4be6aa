/// A type whose values may stand for a record's key.
///
/// `users.get("u1")` and `orders.get(10_248)` work because `String` and `Int` conform; `UUID` does
/// in StoreFoundation.
public protocol KeyConvertible: Sendable {
    /// The key that this value stands for.
    var storeKey: Key { get }
}

extension Key: KeyConvertible {
    /// The key itself.
    @inlinable
    public var storeKey: Key { self }
}

extension Value: KeyConvertible {
    /// The key of this value.
    @inlinable
    public var storeKey: StoreCore.Key { StoreCore.Key(self) }
}

extension String: KeyConvertible {
    /// The key of this text.
    @inlinable
    public var storeKey: Key { Key(.string(self)) }
}

extension Int: KeyConvertible {
    /// The key of this number.
    @inlinable
    public var storeKey: Key { Key(.integer(Int64(self))) }
}

extension Int64: KeyConvertible {
    /// The key of this number.
    @inlinable
    public var storeKey: Key { Key(.integer(self)) }
}

extension Timestamp: KeyConvertible {
    /// The key of this point in time.
    @inlinable
    public var storeKey: Key { Key(.date(self)) }
}

/// The type of a typed record's key: hashable, and made from the key again.
///
/// A wrapper or an enumeration needs to name this protocol beside ``StoreValue``, and nothing more.
public protocol RecordKey: KeyConvertible, Hashable {
    /// Makes one from a record's key; nil when that is of another kind.
    init?(storeKey: Key)
}

extension RecordKey where Self: StoreValue {
    /// The key of this value.
    @inlinable
    public var storeKey: StoreCore.Key { StoreCore.Key(storeValue) }

    /// Makes one from the key's only value.
    @inlinable
    public init?(storeKey: StoreCore.Key) { self.init(storeValue: storeKey.value) }
}

extension String: RecordKey {}
extension Int: RecordKey {}
extension Int64: RecordKey {}
extension Timestamp: RecordKey {}
