/// What an index holds: which records, and by which of their values.
///
/// Slots and types are those of one layout. Over the same records, two indexes of equal content have the same entries.
struct IndexContent: Sendable, Equatable {
    let slots: [Int]
    let kinds: [ColumnType]
    /// Which records have an entry; nil for all.
    let condition: IndexCondition?

    /// Whether every record has an entry that its values, as they are, make.
    var isPlain: Bool { condition == nil }
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
    var slots: [Int] { content.slots }
}
