/// Named values in order: what a record is made from, and what an object holds.
///
/// Unlike a dictionary it keeps the order in which names were given, and setting a field to `nil`
/// stores null instead of removing it. A name stands in it once; of a name given twice, the last
/// value counts, at the first one's place.
///
/// ```swift
/// var fields: Fields = ["name": "Alice", "role": "admin"]
/// fields["role"] = nil
/// fields["role"]              // .null, and fields.contains("role")
/// fields["missing"]           // .null
/// ```
///
/// In a write, a name with dots that no column has is a path: `["address.city": "Bern"]` sets the
/// city inside the address. A field whose own name has dots is written by ``subscript(exact:)``;
/// the fields of a record, and those read from JSON or another encoding, have exact names.
///
/// Two values are equal when the same names hold equal values, whatever their order.
@frozen
public struct Fields: Sendable {
    /// One name and its value.
    @frozen
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline var name: String
        @usableFromInline var value: Value
        /// Whether the dots of the name lead nowhere.
        @usableFromInline var isExact: Bool

        @inlinable
        init(name: String, value: Value, isExact: Bool = false) {
            self.name = name
            self.value = value
            self.isExact = isExact
        }
    }

    /// The fields in order; no name stands in it twice.
    @usableFromInline var entries: [Entry] {
        @inlinable
        @inline(__always)
        _read { yield list }
        @inlinable
        @inline(__always)
        _modify {
            places = nil
            yield &list
        }
    }

    /// The fields, for those who keep `places` right.
    @usableFromInline var list: [Entry]
    /// Where the names stand, if many fields have been set one by one.
    @usableFromInline var places: FieldPlaces?

    /// Makes an empty collection of fields.
    @inlinable
    public init() { list = [] }

    /// Makes fields of names and values in order.
    ///
    /// Of a name given twice, the last value counts, at the first one's place.
    ///
    /// - Complexity: O(n) in the number of fields.
    @inlinable
    public init(_ fields: some Sequence<(name: String, value: Value)>) {
        self.init(uniquing: fields.map { Entry(name: $0.name, value: $0.value) })
    }

    /// Makes fields whose names are taken as they are, dots included: see ``subscript(exact:)``.
    ///
    /// - Complexity: O(n) in the number of fields.
    public init(exact fields: Fields) {
        self = fields
        for index in list.indices { list[index].isExact = true }
    }

    /// Takes fields as they are: what makes `Fields(["a": 1])` mean the literal.
    @inlinable
    public init(_ fields: Fields) { self = fields }

    @inlinable
    init(listing elements: [(String, Value)]) {
        self.init(uniquing: elements.map { Entry(name: $0.0, value: $0.1) })
    }

    /// Takes entries in which a name may stand more than once.
    @usableFromInline
    init(uniquing entries: [Entry]) {
        list =
            entries.count <= Fields.linearMax
            ? Fields.uniqued(entries) : Fields.uniquedByHash(entries)
    }

    /// Takes entries in which no name stands twice.
    init(unique entries: [Entry]) { list = entries }

    /// Up to this many fields are searched one after the other where many names are looked up.
    static let linearMax = 16

    private static func uniqued(_ entries: [Entry]) -> [Entry] {
        var repeated = false
        search: for later in entries.indices.dropFirst() {
            for earlier in 0..<later where bytesEqual(entries[earlier].name, entries[later].name) {
                repeated = true
                break search
            }
        }
        return repeated ? uniquedByHash(entries) : entries
    }

    private static func uniquedByHash(_ entries: [Entry]) -> [Entry] {
        var places = [ByteString: Int](minimumCapacity: entries.count)
        var kept: [Entry] = []
        kept.reserveCapacity(entries.count)
        for entry in entries {
            let place = places[ByteString(entry.name), default: kept.count]
            if place < kept.count {
                kept[place].value = entry.value
                if entry.isExact { kept[place].isExact = true }
            } else {
                places[ByteString(entry.name)] = place
                kept.append(entry)
            }
        }
        return kept
    }
}

extension Fields: ExpressibleByDictionaryLiteral {
    /// Makes fields in the literal's order.
    ///
    /// Of a name given twice, the last value counts, at the first one's place.
    @inlinable
    public init(dictionaryLiteral elements: (String, Value)...) {
        self.init(listing: elements)
    }
}
