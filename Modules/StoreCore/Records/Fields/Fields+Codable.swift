extension Fields: Codable {
    /// Reads fields from an object, as ``encode(to:)`` writes it.
    ///
    /// Names come in byte order, since most decoders keep none. They are exact: dots in them lead nowhere.
    ///
    /// - Throws: `DecodingError` when there is no object, and as ``Value`` does.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FieldName.self)
        self = try Fields.decode(from: container, levels: Value.nestingMax + 1)
    }

    /// Writes the fields as an object.
    ///
    /// Encoders take two spellings of "é" for one name. Where fields have both, they become
    /// `{"$fields": [name, value, name, value, …]}`, which keeps them apart.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        if needsList {
            var list = container.nestedUnkeyedContainer(forKey: .list)
            for entry in entries {
                try list.encode(entry.name)
                try list.encode(entry.value)
            }
        } else {
            for entry in entries {
                try container.encode(entry.value, forKey: FieldName(entry.name))
            }
        }
    }

    /// Whether an encoder would take two names for one, or a decoder the object for a list.
    private var needsList: Bool {
        let names = entries.lazy.map(\.name).filter { !Layout.isMetadata($0) }
        if names.first.map({ $0 == FieldName.list.stringValue }) == true, names.count == 1 {
            return true
        }
        let foreign = names.filter { !$0.utf8.allSatisfy { $0 < 0x80 } }
        return Set(foreign).count < foreign.count
    }

    /// Reads the fields of an object whose values may have `levels - 1` levels.
    static func decode(
        from container: KeyedDecodingContainer<FieldName>, levels: Int
    ) throws -> Fields {
        // Decoders list keys in a random order; a sorted one is the same in every process.
        let names = container.allKeys.sorted { bytesCompare($0.stringValue, $1.stringValue) < 0 }
        // Metadata of a record may stand beside a list of its fields.
        let own = names.lazy.filter { !Layout.isMetadata($0.stringValue) }
        if own.count == 1, own.first?.stringValue == FieldName.list.stringValue,
            let list = try? container.nestedUnkeyedContainer(forKey: .list)
        {
            return try decode(from: list, levels: levels)
        }
        let entries = try names.map { name in
            let value = try Value.decode(
                from: container.superDecoder(forKey: name), levels: levels - 1)
            return Entry(name: name.stringValue, value: value, isExact: true)
        }
        return Fields(uniquing: entries)
    }

    private static func decode(
        from list: any UnkeyedDecodingContainer, levels: Int
    ) throws -> Fields {
        var list = list
        var entries: [Entry] = []
        while !list.isAtEnd {
            let name = try list.decode(String.self)
            let value = try Value.decode(from: list.superDecoder(), levels: levels - 1)
            entries.append(Entry(name: name, value: value, isExact: true))
        }
        return Fields(uniquing: entries)
    }
}

extension FieldName {
    /// The name under which fields stand as a list.
    fileprivate static let list = FieldName("$fields")
}
