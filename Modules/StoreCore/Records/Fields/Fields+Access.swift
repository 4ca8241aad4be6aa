extension Fields {
    /// The value under `name`; null when there is none.
    ///
    /// Setting it keeps the field's place, or adds it at the end; setting `nil` stores null.
    ///
    /// - Complexity: O(n) in the number of fields, a few nanoseconds for short names.
    public subscript(_ name: String) -> Value {
        get {
            guard let index = firstIndex(named: name) else { return .null }
            return entries[index].value
        }
        set {
            if let index = firstIndex(named: name) {
                entries[index].value = newValue
            } else {
                entries.append(Entry(name: name, value: newValue))
            }
        }
        _modify {
            let index: Int
            if let found = firstIndex(named: name) {
                index = found
            } else {
                index = entries.count
                entries.append(Entry(name: name, value: .null))
            }
            yield &entries[index].value
        }
    }

    /// The value under a name that is taken as it is, dots included; null when there is none.
    ///
    /// What is set so is a field of this very name in every write, and never a path; the name stays exact in
    /// these fields, however its value is set.
    ///
    /// ```swift
    /// var fields: Fields = ["address.city": "Bern"]     // the city inside the address
    /// fields[exact: "example.com"] = 7                  // a field named "example.com"
    /// record[FieldPath(exact: "example.com")]           // reads it
    /// ```
    ///
    /// - Complexity: as that of ``subscript(_:)-(String)``.
    public subscript(exact name: String) -> Value {
        get { self[name] }
        set {
            self[name] = newValue
            if let index = firstIndex(named: name) { entries[index].isExact = true }
        }
    }

    /// Whether a field of this name is here, if only with null.
    ///
    /// - Complexity: O(n) in the number of fields.
    public func contains(_ name: String) -> Bool { firstIndex(named: name) != nil }

    /// Removes the field `name` and returns its value; null when there was none.
    ///
    /// - Complexity: O(n) in the number of fields.
    @discardableResult
    public mutating func removeValue(_ name: String) -> Value {
        guard let index = firstIndex(named: name) else { return .null }
        return entries.remove(at: index).value
    }

    /// The names in order.
    public var names: [String] { entries.map(\.name) }

    /// These fields with those of `other` laid over them: its values win, its new names follow at
    /// the end.
    ///
    /// - Complexity: O(n) in the number of fields of both.
    public func merging(_ other: Fields) -> Fields {
        if other.isEmpty { return self }
        return Fields(uniquing: entries + other.entries)
    }

    /// Lays the fields of `other` over these: its values win, its new names follow at the end.
    public mutating func merge(_ other: Fields) { self = merging(other) }

    /// Where the field `name` stands.
    @inline(__always)
    func firstIndex(named name: String) -> Int? {
        for index in entries.indices where bytesEqual(entries[index].name, name) { return index }
        return nil
    }
}
