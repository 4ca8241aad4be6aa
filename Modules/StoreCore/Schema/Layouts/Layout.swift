/// A bucket's definition in the form that storage, queries and validation work with: columns are
/// slots, in the order of the schema.
///
/// Immutable; one per generation of a bucket and version of its schema. Records hold on to theirs.
final class Layout: @unchecked Sendable {
    // Unchecked: what the pointers lead to is written in `init` only.

    /// The bucket's name.
    let bucket: String
    /// The key as it was defined.
    let key: KeyDefinition
    /// The schema as it was defined.
    let schema: BucketSchema
    /// The order of records that was asked for.
    let order: BucketOrder
    /// Whether undeclared fields are refused.
    let isStrict: Bool
    /// The number of columns.
    let count: Int
    /// The columns' names, by slot.
    let names: [String]
    /// Those with dots.
    let dottedNames: [String]
    /// The columns, by slot.
    ///
    /// A default that is a value is in the column's own representation.
    let columns: [Column]
    /// The slots of the key's fields, in the key's order.
    let keySlots: [Int]
    /// The columns of the key's fields, as queries ask for them.
    let keyColumns: [IndexColumn]
    /// The slot of the key's only, or first, field.
    let keySlot: Int
    /// The ordered indexes: those declared and not unique, in order, then perhaps the one over the
    /// key.
    let indexes: [CompiledIndex]
    /// Which of `indexes` lists the records by key; nil when the bucket is in the order of
    /// insertion.
    let keyOrderIndex: Int?
    /// The unique fields, the key not among them: unique columns first, then unique indexes.
    let uniques: [CompiledUnique]
    /// Whether some index or unique constraint has texts without their case.
    let foldsCase: Bool
    /// The references that are enforced.
    let references: [CompiledReference]
    /// The columns that must have a value, the key's included.
    let requiredSlots: [Int]
    /// The columns whose values the store makes.
    let generatedSlots: [Int]
    /// The columns with a default that are not generated.
    let defaultSlots: [Int]
    /// The columns whose values come from a counter.
    let autoincrementSlots: [Int]
    /// The columns that updates leave as they are: the key's and generated ones.
    let fixedSlots: [Int]
    /// The same for layouts whose records can be read alike, slot by slot.
    private let shape: Shape

    /// The columns once more, for what needs a closer look.
    let checks: [ColumnCheck]
    /// What to ask of a value first, by slot.
    let rules: UnsafeMutablePointer<ColumnRule>
    /// The names' machine words, by slot.
    private let nameBits: UnsafeMutablePointer<StringBits>
    /// The slots by the names' machine words.
    let table: NameTable
    /// The slots by name, for names that are given with other words.
    private let slotsByName: [ByteString: Int]

    /// Compiles a definition.
    ///
    /// A layout that the bucket had before, with the same columns in the same places, shares its shape.
    ///
    /// - Throws: `DefinitionError` for the first fault found.
    convenience init(
        bucket: String, key: KeyDefinition, schema: BucketSchema, indexes: [IndexDefinition] = [],
        isStrict: Bool = false, order: BucketOrder = .insertion, near former: Layout? = nil
    ) throws(DefinitionError) {
        self.init(
            try LayoutDefinition(
                bucket: bucket, key: key, schema: schema, indexes: indexes, isStrict: isStrict,
                order: order), near: former)
    }

    /// Takes a definition that has been found sound.
    init(_ definition: LayoutDefinition, near former: Layout? = nil) {
        bucket = definition.bucket
        key = definition.key
        schema = definition.schema
        order = definition.order
        isStrict = definition.isStrict
        names = definition.names
        dottedNames = names.filter { FieldPath.isDotted($0) }
        columns = definition.columns
        keySlots = definition.keySlots
        keyColumns = keySlots.map { IndexColumn(slot: $0) }
        keySlot = definition.keySlots.first ?? 0
        indexes = definition.indexes
        keyOrderIndex = definition.keyOrderIndex
        uniques = definition.uniques
        references = definition.references
        foldsCase =
            indexes.contains { $0.content.foldsCase } || uniques.contains { $0.content.foldsCase }
        count = names.count
        checks = definition.columns.indices.map { slot in
            ColumnCheck(
                name: definition.names[slot], column: definition.columns[slot],
                pattern: definition.patterns[slot])
        }
        rules = .allocate(capacity: max(1, count))
        nameBits = .allocate(capacity: max(1, count))
        for slot in 0..<count {
            let isKey = definition.keySlots.contains(slot)
            (rules + slot).initialize(to: ColumnRule(definition.columns[slot], isKey: isKey))
            (nameBits + slot).initialize(to: StringBits(definition.names[slot]))
        }
        let (columns, rules) = (columns, rules)
        requiredSlots = columns.indices.filter { rules[$0].isRequired }
        fixedSlots = columns.indices.filter { rules[$0].isFixed }
        generatedSlots = columns.indices.filter { columns[$0].generated != nil }
        defaultSlots = columns.indices.filter {
            columns[$0].default != nil && columns[$0].generated == nil
        }
        autoincrementSlots = columns.indices.filter { columns[$0].generated == .autoincrement }
        table = NameTable(names.map { StringBits($0) })
        let named = names.enumerated().map { (ByteString($1), $0) }
        slotsByName = Dictionary(uniqueKeysWithValues: named)
        shape = former.flatMap { $0.fits(definition) ? $0.shape : nil } ?? Shape()
    }

    /// Stands for everything that decides how a record's slots are read.
    private final class Shape: Sendable {}

    /// Whether records of a definition have the same columns in the same places as this layout's.
    private func fits(_ definition: LayoutDefinition) -> Bool {
        keySlots == definition.keySlots && columns.map(\.type) == definition.columns.map(\.type)
            && zip(names, definition.names).allSatisfy(bytesEqual)
    }

    /// Whether records of the other layout can be read as this one's.
    ///
    /// A restored bucket that is defined as it was keeps its records, and those have the layout that they were
    /// restored with.
    @inline(__always)
    func isShaped(as other: Layout) -> Bool { self === other || shape === other.shape }

    deinit {
        rules.deallocate()
        nameBits.deallocate()
        table.deallocate()
    }

    /// The layout of records that belong to no bucket: no columns, no key, everything undeclared.
    static let detached = Layout(LayoutDefinition.detached)
}

extension Layout {
    /// The slot of a declared field; nil when there is none of this name.
    ///
    /// - Complexity: O(1).
    func slot(of name: String) -> Int? {
        let slot = index(of: name)
        return slot < 0 ? nil : slot
    }

    /// As ``slot(of:)``, looking at `hint` first.
    @inline(__always)
    func slot(of name: String, hint: Int) -> Int? {
        let slot = index(of: name, hint: hint)
        return slot < 0 ? nil : slot
    }

    /// The slot of a declared field, or -1.
    ///
    /// Looks at `hint` first, which may lie beyond the last slot.
    @inline(__always)
    func index(of name: String, hint: Int = 0) -> Int {
        let bits = StringBits(name)
        if hint < count, nameBits[hint].isIdentical(to: bits) { return hint }
        return search(name, bits)
    }

    /// As ``index(of:hint:)``, reading the name in place.
    @inline(__always)
    func index(of name: UnsafePointer<String>, hint: Int) -> Int {
        let bits = ValueWords.string(name)
        if hint < count, nameBits[hint].isIdentical(to: bits) { return hint }
        return search(name.pointee, bits)
    }

    @inline(never)
    private func search(_ name: String, _ bits: StringBits) -> Int {
        let slot = table.slot(of: bits)
        // The names of a layout are small wherever they can be: a small name that was not among
        // them is not there.
        return slot >= 0 || bits.isSmall ? slot : slotsByName[ByteString(name)] ?? -1
    }

    /// Whether a field of this name is the store's own, and not to be set by anyone.
    static func isMetadata(_ name: String) -> Bool {
        guard name.utf8.first == UInt8(ascii: "_") else { return false }
        return metadataNames.contains { bytesEqual($0, name) }
    }

    /// The names under which a record's metadata is written.
    static let metadataNames = ["_version", "_createdAt", "_updatedAt", "_expiresAt"]
}
