extension Store {
    /// Defines the bucket of a type of records, in one commit.
    ///
    /// ```swift
    /// let orders = try await store.defineBucket(Order.self)
    /// ```
    ///
    /// The schema is checked against the type first: an instance is made of sample values, and what it encodes is
    /// compared with the columns.
    ///
    /// - Throws: `DefinitionError` that names the property; otherwise as
    ///   `defineBucket(_:key:schema:indexes:_:)`.
    @discardableResult
    public func defineBucket<Model: StoreRecord>(
        _ type: Model.Type, _ options: BucketOption...
    ) async throws -> Bucket<Model> {
        let schema = Model.schema.storage
        try schema.check()
        let dynamic = try await defineBucket(
            schema.name, key: schema.key, schema: schema.columns, indexes: schema.indexes,
            schema.options + options)
        return Bucket(dynamic)
    }

    /// A handle to the bucket of a type of records.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`, `stopped`); `DefinitionError` (`otherSchema`) if the bucket was
    ///   defined with columns that do not fit the type.
    public func bucket<Model: StoreRecord>(_ type: Model.Type) throws -> Bucket<Model> {
        let dynamic = try bucket(Model.schema.name)
        try Model.schema.storage.check(fits: dynamic.definition)
        return Bucket(dynamic)
    }
}

extension Snapshot {
    /// The bucket of a type of records, as it was.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`).
    public func bucket<Model: StoreRecord>(_ type: Model.Type) throws -> TypedSource<Model> {
        TypedSource(of: try bucket(Model.schema.name))
    }
}

extension SchemaStorage {
    func key(of fields: Fields) -> Key {
        key.fields.count == 1
            ? Key(fields[exact: key.fields[0]])
            : Key(.array(key.fields.map { fields[exact: $0] }))
    }

    /// Whether the bucket has the columns that the type reads and writes.
    func check(fits definition: BucketDefinition) throws(DefinitionError) {
        for field in fields {
            guard let column = definition.schema[field.name], column.type == field.column.type
            else {
                throw DefinitionError(
                    bucket: name, field: field.name, reason: .otherSchema,
                    message:
                        "The bucket was defined with another column, or none, in the place of "
                        + "\(field.path); use the schema of \(Model.self)")
            }
        }
        guard definition.key == key else {
            throw DefinitionError(
                bucket: name, reason: .otherSchema,
                message: "The bucket was defined with another key than \(Model.self) has")
        }
    }

    /// Checks the schema against what an instance encodes.
    func check() throws {
        if let fault { throw fault }
        for field in fields where !field.hasType {
            throw self.fault(
                field, "its values may be of several types; give it one property type")
        }
        guard let instance = makeSample() else { return }
        let encoded: Fields
        do {
            encoded = try instance.fields()
        } catch {
            throw DefinitionError(
                bucket: name, reason: .unencodable,
                message: "A \(Model.self) of sample values cannot be written: \(error)")
        }
        for field in fields { try check(field, instance, encoded) }
        for (written, _) in encoded where !fields.contains(where: { bytesEqual($0.name, written) })
        {
            throw DefinitionError(
                bucket: name, field: written, reason: .unknownProperty,
                message: "\(Model.self) encodes this, and the schema does not declare it")
        }
    }

    private func check(_ field: Field, _ instance: Model, _ encoded: Fields) throws {
        guard encoded.contains(field.name) || field.isOptional else {
            throw fault(
                field, "\(Model.self) encodes nothing under this name; use its coding key")
        }
        let value = encoded[field.name]
        if let expected = field.value?(instance), expected != value {
            throw fault(
                field,
                "\(Model.self) encodes \(value.excerpt) under this name, and the property is "
                    + "\(expected.excerpt); use the property's coding key")
        }
        if !value.isNull, !field.column.type.accepts(value) {
            throw fault(
                field, "\(Model.self) encodes \(value.excerpt), which is no \(field.column.type)")
        }
    }

    private func fault(_ field: Field, _ message: String) -> DefinitionError {
        DefinitionError(
            bucket: name, field: field.name, reason: .unknownProperty,
            message: "\(field.path): \(message)")
    }

    /// An instance; nil if none can be made out of sample values.
    private func makeSample() -> Model? { sample?() ?? SampleDecoder.make(Model.self) }
}

extension ColumnType {
    /// Whether a value, other than null, is of this type.
    func accepts(_ value: Value) -> Bool {
        switch (self, value) {
        case (.string, .string), (.number, .integer), (.number, .double), (.integer, .integer),
            (.boolean, .bool), (.date, .date), (.bytes, .bytes), (.array, .array),
            (.object, .object):
            true
        default: false
        }
    }
}
