extension Fields {
    /// The value under `name`; null when there is none.
    ///
    /// A name with dots that is not here is a path: `"address.city"` is the city inside the address. Setting it adds
    /// a field of this name, which a write takes for the path.
    ///
    /// Setting it keeps the field's place, or adds it at the end; setting `nil` stores null.
    ///
    /// - Complexity: O(n) in the number of fields, a few nanoseconds for short names. Setting many of them one by one
    ///   takes O(1) each, and so does reading them then; the first change to a copy takes O(n).
    public subscript(_ name: String) -> Value {
        get {
            if let index = firstIndex(named: name) { return list[index].value }
            return FieldPath.isDotted(name) ? value(at: FieldPath(name)) : .null
        }
        set {
            let index = indexToWrite(name)
            list[index].value = newValue
        }
        _modify {
            let known = firstIndexToWrite(named: name)
            let index = known ?? append(name, self[name])
            yield &list[index].value
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
        get { firstIndex(named: name).map { list[$0].value } ?? .null }
        set {
            let index = indexToWrite(name)
            list[index].value = newValue
            list[index].isExact = true
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
        guard let index = firstIndexToWrite(named: name) else { return .null }
        places?.forget()
        return list.remove(at: index).value
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
        if let places { return places.find(name, in: list) }
        for index in list.indices where bytesEqual(list[index].name, name) { return index }
        return nil
    }

    /// Where the field `name` stands: at the end, if there was none.
    private mutating func indexToWrite(_ name: String) -> Int {
        firstIndexToWrite(named: name) ?? append(name, .null)
    }

    /// Adds a field of a new name at the end.
    private mutating func append(_ name: String, _ value: Value) -> Int {
        list.append(Entry(name: name, value: value))
        places?.enterLast(of: list)
        return list.count - 1
    }

    private func value(at path: FieldPath) -> Value {
        path.names.dropFirst().reduce(self[exact: path.names[0]]) { $0[$1] }
    }

    /// The same as ``firstIndex(named:)``, for one of perhaps many changes.
    private mutating func firstIndexToWrite(named name: String) -> Int? {
        guard list.count > Fields.linearMax else {
            // Few are searched faster without.
            if places != nil { places = nil }
            return firstIndex(named: name)
        }
        if places == nil {
            places = FieldPlaces()
        } else if !isKnownUniquelyReferenced(&places), let shared = places {
            places = shared.copy()
        }
        return places?.findToWrite(name, in: list)
    }
}
