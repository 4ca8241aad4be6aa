/// A bucket's definition once it has been found sound, from which a ``Layout`` is made.
struct LayoutDefinition {
    let bucket: String
    let key: KeyDefinition
    let schema: BucketSchema
    let isStrict: Bool
    let order: BucketOrder
    private(set) var names: [String] = []
    private(set) var columns: [Column] = []
    /// The columns' patterns, by slot.
    private(set) var patterns: [Pattern?] = []
    private(set) var keySlots: [Int] = []
    private(set) var indexes: [CompiledIndex] = []
    private(set) var keyOrderIndex: Int?
    private(set) var uniques: [CompiledUnique] = []
    private(set) var references: [CompiledReference] = []
    private var slots: [ByteString: Int] = [:]

    static let detached = LayoutDefinition()

    private init() {
        bucket = ""
        key = []
        schema = [:]
        isStrict = false
        order = .insertion
    }

    init(
        bucket: String, key: KeyDefinition, schema: BucketSchema, indexes: [IndexDefinition],
        isStrict: Bool,
        order: BucketOrder
    ) throws(DefinitionError) {
        self.bucket = bucket
        self.key = key
        self.schema = schema
        self.isStrict = isStrict
        self.order = order
        if let fault = NameRules.fault(ofBucket: bucket) {
            throw DefinitionError(bucket: bucket, reason: .invalidName, message: fault)
        }
        for named in schema.columns { try add(named) }
        try setKey()
        for slot in columns.indices where columns[slot].isUnique && keySlots != [slot] {
            addUnique(
                IndexDefinition([names[slot]], isUnique: true), content([IndexColumn(slot: slot)]))
        }
        var seen: Set<IndexDefinition> = []
        for index in indexes {
            guard seen.insert(index).inserted else {
                throw fault(
                    .duplicateIndex,
                    "The index over \(index.name.excerpt) is declared twice; leave one out")
            }
            try add(index)
        }
        if order == .key { addKeyOrder() }
        for slot in columns.indices { try addReference(slot) }
        guard self.indexes.count <= LayoutDefinition.indexesMax else {
            throw fault(
                .invalidIndex,
                "The bucket has \(self.indexes.count) ordered indexes, the one that keeps it in the "
                    + "order of its keys included; \(LayoutDefinition.indexesMax) are possible")
        }
    }

    /// The most ordered indexes of a bucket: an update notes those that it changes in the bits of one word.
    static let indexesMax = 64
    /// The most fields of a key or of one index: an entry of an index has a word for each.
    static let indexFieldsMax = 16

    private mutating func add(_ named: BucketSchema.NamedColumn) throws(DefinitionError) {
        if let message = NameRules.fault(ofField: named.name) {
            throw fault(.invalidName, field: named.name, message)
        }
        // A copy of the bytes: short names are then held in the string itself, which `Layout`
        // relies on.
        let name = String(decoding: Array(named.name.utf8), as: UTF8.self)
        guard slots.updateValue(columns.count, forKey: ByteString(name)) == nil else {
            throw fault(.duplicateField, field: name, "The field is declared twice; leave one out")
        }
        var column = named.column
        var pattern: Pattern?
        if let fault = ColumnFault.find(in: &column, pattern: &pattern) {
            throw self.fault(fault.reason, field: name, fault.message)
        }
        names.append(name)
        columns.append(column)
        patterns.append(pattern)
    }

    private mutating func setKey() throws(DefinitionError) {
        guard !key.fields.isEmpty else {
            throw fault(.invalidKey, "The key names no field; name one, or several")
        }
        guard key.fields.count <= LayoutDefinition.indexFieldsMax else {
            throw fault(.invalidKey, tooManyFields("The key", key.fields.count))
        }
        for field in key.fields {
            guard let slot = slots[ByteString(field)] else {
                let message = "Key field \(field.excerpt) does not exist in the schema; declare it"
                throw fault(.invalidKey, field: field, message)
            }
            guard !keySlots.contains(slot) else {
                throw fault(
                    .invalidKey, field: field, "The key names the field twice; leave one out")
            }
            guard columns[slot].type != .array, columns[slot].type != .object else {
                throw fault(
                    .invalidKey, field: field, "A list or an object cannot identify a record")
            }
            keySlots.append(slot)
        }
    }

    private mutating func add(_ index: IndexDefinition) throws(DefinitionError) {
        guard !index.columns.isEmpty else {
            throw fault(.invalidIndex, "An index names no field; name one, or several")
        }
        guard index.columns.count <= LayoutDefinition.indexFieldsMax else {
            throw fault(.invalidIndex, tooManyFields("An index", index.columns.count))
        }
        var indexed: [IndexColumn] = []
        for field in index.columns {
            let column = try column(of: field)
            guard !indexed.contains(where: { $0.slot == column.slot }) else {
                throw fault(
                    .invalidIndex, field: field.name,
                    "An index names the field twice; leave one out")
            }
            indexed.append(column)
        }
        let content = content(indexed, try condition(of: index))
        if index.isUnique {
            addUnique(index, content)
        } else {
            indexes.append(CompiledIndex(definition: index, content: content))
        }
    }

    private func column(of field: IndexDefinition.Field) throws(DefinitionError) -> IndexColumn {
        guard let slot = slots[ByteString(field.name)] else {
            throw fault(
                .invalidIndex, field: field.name,
                "Index field \(field.name.excerpt) does not exist in the schema; declare it"
                    + (FieldPath.isDotted(field.name)
                        ? ": an index is over columns, and not over what paths lead to" : ""))
        }
        guard !field.ignoresCase || columns[slot].type == .string else {
            throw fault(
                .invalidIndex, field: field.name,
                "An index ignores the case of the field, which is no string; index it as it is")
        }
        return IndexColumn(slot: slot, isFolded: field.ignoresCase)
    }

    /// Nothing, if the key or another index says the same.
    private mutating func addUnique(_ index: IndexDefinition, _ content: IndexContent) {
        let isKey = content.slots == keySlots && !content.foldsCase
        guard !isKey, !uniques.contains(where: { $0.content == content }) else { return }
        uniques.append(CompiledUnique(definition: index, content: content))
    }

    private func content(
        _ indexed: [IndexColumn], _ condition: IndexCondition? = nil
    ) -> IndexContent {
        IndexContent(indexed, kinds: indexed.map { columns[$0.slot].type }, condition: condition)
    }

    private func condition(
        of index: IndexDefinition
    ) throws(DefinitionError) -> IndexCondition? {
        guard let predicate = index.condition else { return nil }
        do throws(ConditionFault) {
            return IndexCondition(
                predicate: predicate,
                slots: try ConditionFault.slots(of: predicate, columns) { slots[ByteString($0)] })
        } catch {
            throw fault(.invalidIndex, field: error.field, error.message)
        }
    }

    /// Makes the records listable by key, through a declared index over just the key where there is
    /// one.
    private mutating func addKeyOrder() {
        let content = content(keySlots.map { IndexColumn(slot: $0) })
        if let declared = indexes.firstIndex(where: { $0.content == content }) {
            keyOrderIndex = declared
        } else {
            keyOrderIndex = indexes.count
            indexes.append(CompiledIndex(definition: IndexDefinition(key.fields), content: content))
        }
    }

    /// An enforced reference, with an index to find those who refer.
    private mutating func addReference(_ slot: Int) throws(DefinitionError) {
        guard let target = columns[slot].references, let action = columns[slot].onDelete else {
            return
        }
        guard action != .setNull || !keySlots.contains(slot) else {
            throw fault(
                .invalidColumn, field: names[slot],
                "A key cannot be set to null; cascade or restrict")
        }
        let index =
            indexes.firstIndex { $0.slots.first == slot && $0.content.isPlain } ?? indexes.count
        if index == indexes.count {
            indexes.append(
                CompiledIndex(
                    definition: IndexDefinition([names[slot]]),
                    content: content([IndexColumn(slot: slot)])))
        }
        references.append(
            CompiledReference(
                slot: slot, field: names[slot], target: target, action: action, index: index))
    }

    private func tooManyFields(_ what: String, _ count: Int) -> String {
        "\(what) names \(count) fields; \(LayoutDefinition.indexFieldsMax) are possible"
    }

    private func fault(_ reason: DefinitionError.Reason, field: String? = nil, _ message: String)
        -> DefinitionError
    {
        DefinitionError(bucket: bucket, field: field, reason: reason, message: message)
    }
}
