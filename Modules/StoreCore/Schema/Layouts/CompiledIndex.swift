/// What an index holds: which records, and by which of their values.
///
/// Slots and types are those of one layout. Over the same records, two indexes of equal content have the same entries.
struct IndexContent: Sendable, Equatable {
    let columns: [IndexColumn]
    let kinds: [ColumnType]
    /// Which records have an entry; nil for all.
    let condition: IndexCondition?
    /// The columns' slots.
    let slots: [Int]

    init(_ columns: [IndexColumn], kinds: [ColumnType], condition: IndexCondition? = nil) {
        self.columns = columns
        self.kinds = kinds
        self.condition = condition
        slots = columns.map(\.slot)
    }

    /// Whether every record has an entry that its values, as they are, make.
    var isPlain: Bool { condition == nil && !foldsCase }

    /// Whether some texts are entered without their case.
    var foldsCase: Bool { columns.contains(where: \.isFolded) }
}

/// A column as an index enters it, and as a query asks for it.
struct IndexColumn: Sendable, Hashable {
    let slot: Int
    /// Whether texts are without their case.
    var isFolded = false
}

/// The condition of a partial index, found sound.
struct IndexCondition: Sendable, Equatable {
    let predicate: Predicate
    /// The columns that it names, each once, in the order in which they come.
    let slots: [Int]
}

/// An ordered index as the storage keeps it: by slots instead of names.
struct CompiledIndex: Sendable {
    let definition: IndexDefinition
    let content: IndexContent

    var columns: [IndexColumn] { content.columns }
    var slots: [Int] { content.slots }
    var kinds: [ColumnType] { content.kinds }
}

/// Fields that no two records may have the same values in.
///
/// A record with a null among them, or for which the condition does not hold, is not entered.
struct CompiledUnique: Sendable {
    let definition: IndexDefinition
    let content: IndexContent

    var fields: [String] { definition.fields }
    var columns: [IndexColumn] { content.columns }
}
