/// Finds fields by name, for whoever looks for many: through a table where there are many of them.
struct FieldFinder {
    private let fields: Fields
    /// Empty where there are few.
    private let places: [ByteString: Int]

    /// - Complexity: O(n) in the number of fields.
    init(_ fields: Fields) {
        self.fields = fields
        places = fields.count > Fields.linearMax ? fields.placesByName() : [:]
    }

    /// The names in order.
    var names: [String] { fields.names }

    /// Whether a field of this name is here, if only with null.
    func contains(_ name: String) -> Bool {
        places.isEmpty ? fields.contains(name) : places[ByteString(name)] != nil
    }

    /// The value under `name`; null when there is none.
    ///
    /// - Complexity: O(1).
    subscript(_ name: String) -> Value {
        if places.isEmpty { return fields[exact: name] }
        return places[ByteString(name)].map { fields.entries[$0].value } ?? .null
    }
}

extension Fields {
    /// Where each name stands.
    func placesByName() -> [ByteString: Int] {
        Dictionary(uniqueKeysWithValues: entries.enumerated().map { (ByteString($1.name), $0) })
    }
}
