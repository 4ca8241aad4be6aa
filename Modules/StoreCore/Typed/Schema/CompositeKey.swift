/// A key of several properties, in the order in which the schema names them.
///
/// ```swift
/// struct OrderLine: StoreRecord {
///     typealias Key = CompositeKey<Int, Int>
///     var orderID: Int
///     var productID: Int
///     static let schema = Schema<OrderLine>("order-lines", key: \.orderID, \.productID) { … }
/// }
/// try lines.get(CompositeKey(10_248, 11))
/// ```
public struct CompositeKey<each Part: StoreValue & Hashable>: RecordKey {
    /// The values, in the key's order.
    public let parts: (repeat each Part)

    /// Makes a key of its values.
    public init(_ part: repeat each Part) { parts = (repeat each part) }

    /// The key of these values.
    public var storeKey: StoreCore.Key {
        var values: [Value] = []
        repeat values.append((each parts).storeValue)
        return StoreCore.Key(.array(values))
    }

    /// Makes one from a record's key; nil when that has another number of values, or other kinds.
    public init?(storeKey: StoreCore.Key) {
        guard case .array(let values) = storeKey.value else { return nil }
        var rest = values[...]
        func next<Next: StoreValue>(_ type: Next.Type) throws -> Next {
            guard let value = rest.popFirst(), let part = Next(storeValue: value) else {
                throw Mismatch()
            }
            return part
        }
        guard let parts = try? (repeat next((each Part).self)), rest.isEmpty else { return nil }
        self.parts = parts
    }

    private struct Mismatch: Error {}

    /// Whether all values are equal.
    public static func == (one: CompositeKey, other: CompositeKey) -> Bool {
        for isEqual in repeat (each one.parts) == (each other.parts) {
            if !isEqual { return false }
        }
        return true
    }

    /// Feeds the values to `hasher`.
    public func hash(into hasher: inout Hasher) { repeat hasher.combine(each parts) }
}
