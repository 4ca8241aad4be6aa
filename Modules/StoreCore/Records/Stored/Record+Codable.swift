extension Record: Codable {
    /// Reads a record's fields and metadata.
    ///
    /// The record stands for itself: it belongs to no bucket, and its key is null.
    ///
    /// - Throws: `DecodingError` when there is no object, and as ``Value`` does.
    public init(from decoder: any Decoder) throws {
        var fields = try Fields(from: decoder)
        let container = try decoder.container(keyedBy: FieldName.self)
        fields.entries.removeAll { $0.value.isNull || Layout.isMetadata($0.name) }
        let storage = RecordStorage.make(layout: .detached, extras: fields) { _ in }
        storage.header.version = try container.decodeIfPresent(Int.self, forKey: .version) ?? 1
        if let created = try container.decodeIfPresent(Timestamp.self, forKey: .createdAt) {
            storage.header.createdAt = created
        }
        if let updated = try container.decodeIfPresent(Timestamp.self, forKey: .updatedAt) {
            storage.header.updatedAt = updated
        }
        if let expires = try container.decodeIfPresent(Timestamp.self, forKey: .expiresAt) {
            storage.header.expiresAt = expires.microseconds
        }
        storage.measure()
        self.init(storage)
    }

    /// Writes the fields as an object, with the metadata under `_version`, `_createdAt`,
    /// `_updatedAt` and, for a record that expires, `_expiresAt`.
    public func encode(to encoder: any Encoder) throws {
        try fields.encode(to: encoder)
        var container = encoder.container(keyedBy: FieldName.self)
        try container.encode(version, forKey: .version)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encodeIfPresent(expiresAt, forKey: .expiresAt)
    }
}

extension FieldName {
    fileprivate static let version = FieldName("_version")
    fileprivate static let createdAt = FieldName("_createdAt")
    fileprivate static let updatedAt = FieldName("_updatedAt")
    fileprivate static let expiresAt = FieldName("_expiresAt")
}
