extension BucketDefinition {
    /// The definition with fields and indexes added and removed; added ones come last.
    ///
    /// - Throws: `DefinitionError` if something to be removed is not there, or is still needed.
    func changed(
        adding columns: BucketSchema, removing names: [String],
        addingIndexes added: [IndexDefinition], removingIndexes removed: [IndexDefinition]
    ) throws(DefinitionError) -> BucketDefinition {
        var schema = schema
        var indexes = indexes
        var kept = Set(schema.columns.map { ByteString($0.name) })
        let addedNames = Set(columns.columns.map { ByteString($0.name) })
        for name in names {
            guard kept.remove(ByteString(name)) != nil else {
                throw fault(.notDeclared, name, "there is no such field to be removed")
            }
            guard !key.fields.contains(where: { bytesEqual($0, name) }) else {
                throw fault(.invalidKey, name, "a field of the key cannot be removed")
            }
            guard !addedNames.contains(ByteString(name)) else {
                throw fault(
                    .duplicateField, name,
                    "the field is removed and added at once; remove it first, and add it in a second change"
                )
            }
        }
        schema.columns.removeAll { !kept.contains(ByteString($0.name)) }
        let removedNames = Set(names.map(ByteString.init))
        for index in removed {
            guard let place = indexes.firstIndex(of: index) else {
                throw fault(
                    .notDeclared, nil,
                    "there is no index over \(index.name.excerpt) to be removed; those of unique "
                        + "columns go with their columns")
            }
            indexes.remove(at: place)
        }
        for index in indexes {
            let used = index.fields + (index.condition.map(ConditionFault.fields) ?? [])
            let gone = used.first { removedNames.contains(ByteString($0)) }
            if let gone {
                throw fault(
                    .invalidIndex, gone,
                    "the index over \(index.name.excerpt) uses the field; remove that too")
            }
        }
        schema.columns += columns.columns
        return BucketDefinition(
            name: name, generation: generation, key: key, schema: schema,
            indexes: indexes + added, isStrict: isStrict, order: order, attributes: attributes)
    }

    /// A record's fields under this definition, as they follow from those that it had under a former one.
    ///
    /// What is declared no longer is left out. What is declared now keeps the value that the record had undeclared, if it
    /// had one, and otherwise gets its default, if that is a value and no closure. This is what `Store.updateBucket` does
    /// to the records that are there; a log that keeps definitions as data does the same when it reads one back.
    ///
    /// - Complexity: O(n) in the number of fields and columns.
    public func adapted(_ fields: Fields, from former: BucketDefinition) -> Fields {
        let change = DefinitionChange(from: former, to: self)
        return change.isEmpty ? fields : change.adapted(fields)
    }

    private func fault(
        _ reason: DefinitionError.Reason, _ field: String?, _ message: String
    ) -> DefinitionError {
        DefinitionError(bucket: name, field: field, reason: reason, message: message)
    }
}

/// The fields by which two definitions of one bucket differ.
struct DefinitionChange {
    let removed: Set<ByteString>
    let added: [BucketSchema.NamedColumn]

    init(from former: BucketDefinition, to definition: BucketDefinition) {
        let before = Set(former.schema.columns.map { ByteString($0.name) })
        let after = Set(definition.schema.columns.map { ByteString($0.name) })
        removed = before.subtracting(after)
        added = definition.schema.columns.filter { !before.contains(ByteString($0.name)) }
    }

    var isEmpty: Bool { removed.isEmpty && added.isEmpty }

    func adapted(_ fields: Fields) -> Fields {
        var adapted = fields
        if !removed.isEmpty {
            adapted.entries.removeAll { removed.contains(ByteString($0.name)) }
        }
        let undeclared = FieldFinder(adapted)
        for named in added {
            var value = undeclared[named.name]
            if value.isNull, case .value(let initial)? = named.column.default { value = initial }
            if !value.isNull { adapted[exact: named.name] = named.column.converted(value) ?? value }
        }
        return adapted
    }
}
