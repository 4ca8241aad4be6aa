/// An ordered index as the storage keeps it: by slots instead of names.
struct CompiledIndex: Sendable {
    let definition: IndexDefinition
    let slots: [Int]
    let kinds: [ColumnType]
}

/// Fields that no two records may have the same values in.
///
/// A record with a null among them is not entered.
struct CompiledUnique: Sendable {
    let fields: [String]
    let slots: [Int]
}
