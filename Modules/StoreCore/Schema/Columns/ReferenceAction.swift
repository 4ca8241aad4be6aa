/// What happens to a record when the one that it refers to is deleted.
///
/// A column with an action is an enforced reference: its values, null aside, are keys of records that exist. That is
/// judged on what a commit leaves: the order of its operations does not matter, and a record may refer to itself.
public enum ReferenceAction: String, Sendable, Hashable, Codable {
    /// The deletion is refused as long as the record refers to what is to go.
    case restrict
    /// The record is deleted too, in the same commit.
    case cascade
    /// The field becomes null, in the same commit.
    case setNull
}

extension Column {
    /// The same column, with values that are keys of another bucket's records, or of its own.
    ///
    /// An index over the column is kept, if none begins with it. The other bucket may be defined later; until then every
    /// value but null is refused.
    ///
    /// ```swift
    /// "customerID": .string(required: true).references("customers", onDelete: .restrict)
    /// ```
    public func references(_ bucket: String, onDelete action: ReferenceAction) -> Column {
        var column = self
        column.references = bucket
        column.onDelete = action
        return column
    }
}

/// An enforced reference of a layout.
struct CompiledReference: Sendable {
    let slot: Int
    let field: String
    /// The bucket whose keys the values are.
    let target: String
    let action: ReferenceAction
    /// An ordered index that begins with the column.
    let index: Int
}
