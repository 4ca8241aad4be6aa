/// One record of a bucket as it was at one moment: its fields, and what the store knows about it.
///
/// A record is immutable; later writes make new ones. Copying it copies one reference.
///
/// ```swift
/// let alice = try await users.insert(["name": "Alice"])
/// alice["name"].string        // "Alice"
/// alice["nickname"].isNull    // true
/// alice.version               // 1
/// ```
///
/// Two records are equal when their keys, versions, times and fields are; `a.fields == b.fields` asks about the
/// fields alone.
public struct Record: @unchecked Sendable {
    // Unchecked: the storage is immutable once a record is made of it, but cannot itself be
    // declared Sendable.
    let storage: RecordStorage

    init(_ storage: RecordStorage) { self.storage = storage }

    /// The value of a field; null when the record has none of this name.
    ///
    /// A name with dots that no column has is a path: `"address.city"` is the city inside the address.
    ///
    /// - Complexity: O(1) for declared fields, without allocating; O(n) in the number of undeclared
    ///   ones.
    public subscript(_ field: String) -> Value {
        let slot = storage.head.pointee.withLayout { $0.index(of: field) }
        if slot >= 0 { return storage.values[slot] }
        return FieldPath.isDotted(field) ? self[FieldPath(field)] : storage.value(named: field)
    }

    /// The value at a path, such as `"address.city"`; null where the path leads nowhere.
    ///
    /// A field that no column declares, and whose own name has dots, is found by an exact path.
    public subscript(_ path: FieldPath) -> Value {
        if path.names.count > 1, let value = valueOfWhole(path) { return value }
        var value = storage.value(named: path.names[0])
        for name in path.names.dropFirst() { value = value[name] }
        return value
    }

    /// The value of the field that has the whole path as its name; nil if the path leads into objects.
    private func valueOfWhole(_ path: FieldPath) -> Value? {
        let layout = storage.head.pointee.layout
        if let slot = layout.slot(ofPath: path) { return storage.values[slot] }
        // Of a record that belongs to no bucket, every name is its own.
        guard layout === Layout.detached, let extras = storage.extras else { return nil }
        return extras.contains(path.description) ? extras[exact: path.description] : nil
    }

    /// What identifies the record in its bucket.
    public var key: Key { storage.key }

    /// 1 when the record was inserted, one more with each update; a change of the deadline alone is none.
    public var version: Int { storage.head.pointee.version }

    /// When the record was inserted, by the store's clock.
    public var createdAt: Timestamp { storage.head.pointee.createdAt }

    /// When the record was last written, by the store's clock; a change of the deadline alone does not count.
    public var updatedAt: Timestamp { storage.head.pointee.updatedAt }

    /// When the record expires; nil when it never does.
    public var expiresAt: Timestamp? {
        storage.head.pointee.expiresAt == .max
            ? nil : Timestamp(microseconds: storage.head.pointee.expiresAt)
    }

    /// The name of the record's bucket; empty for a record that was decoded.
    public var bucket: String { storage.head.pointee.layout.bucket }

    /// The fields that are not null: the declared ones in the schema's order, then the others.
    ///
    /// Their names are exact: written again, each is the field that it was.
    ///
    /// - Complexity: O(n) in the number of fields; allocates.
    public var fields: Fields {
        let layout = storage.head.pointee.layout
        var entries: [Fields.Entry] = []
        entries.reserveCapacity(layout.count)
        for slot in 0..<layout.count where !storage.values[slot].isNull {
            entries.append(
                Fields.Entry(
                    name: layout.names[slot], value: storage.values[slot], isExact: true))
        }
        if let extras = storage.extras { entries.append(contentsOf: extras.entries) }
        return Fields(unique: entries)
    }
}

extension Record: Hashable {
    /// Whether both have the same key, version, times and fields.
    ///
    /// A null field and a missing one are the same.
    public static func == (a: Record, b: Record) -> Bool {
        if a.storage === b.storage { return true }
        guard a.hasMetadata(of: b) else { return false }
        guard a.storage.head.pointee.hasLayout(of: b.storage.head.pointee) else {
            return a.key == b.key && a.fields == b.fields
        }
        for slot in 0..<a.storage.count
        where !Value.isEqual(a.storage.values + slot, b.storage.values + slot) { return false }
        return a.storage.extras == b.storage.extras
    }

    /// Whether nothing tells the two apart: key, version, times and fields, and how the values are spelt, 1 or 1.0.
    ///
    /// - Complexity: O(size of the fields).
    public func isIdentical(to other: Record) -> Bool {
        if storage === other.storage { return true }
        guard hasMetadata(of: other) else { return false }
        guard storage.head.pointee.hasLayout(of: other.storage.head.pointee) else {
            // A change of the schema brings the fields in another order.
            return key.value.isIdentical(to: other.key.value)
                && fields.holdsIdentical(other.fields)
        }
        for slot in 0..<storage.count
        where !storage.values[slot].isIdentical(to: other.storage.values[slot]) { return false }
        switch (storage.extras, other.storage.extras) {
        case (nil, nil): return true
        case (let extras?, let others?): return extras.isIdentical(to: others)
        default: return false
        }
    }

    private func hasMetadata(of other: Record) -> Bool {
        version == other.version && updatedAt == other.updatedAt && createdAt == other.createdAt
            && expiresAt == other.expiresAt
    }

    /// Feeds the version and the fields to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(version)
        fields.hash(into: &hasher)
    }
}

extension Record: CustomStringConvertible {
    /// Bucket, key, version and fields, for people to read.
    public var description: String { "\(bucket)/\(key) v\(version) \(fields)" }
}
