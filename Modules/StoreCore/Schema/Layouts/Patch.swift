/// The changes of an update, validated field by field, ready to be laid over whatever record is
/// there by then.
struct Patch: Sendable {
    /// What to do to one field.
    struct Edit: Sendable {
        /// The field's slot; -1 when it is undeclared.
        let slot: Int
        /// The name of an undeclared field.
        let name: String
        let change: Change
    }

    enum Change: Sendable {
        /// The field gets this value; null clears it.
        case set(Value)
        /// The field is a key or generated one, and must already have this value.
        case keep(Value)
        /// The field's number grows by this one; a missing one counts as zero.
        case add(Value)
    }

    let edits: [Edit]

    /// Whether the record already is as the patch would make it.
    ///
    /// A sum is taken to change something.
    func changesNothing(in record: RecordStorage) -> Bool {
        let isLong = edits.count > Fields.linearMax
        let extras = isLong ? record.extras.map(FieldFinder.init) : nil
        return edits.allSatisfy { edit in
            let old =
                edit.slot >= 0
                ? record.values[edit.slot]
                : isLong ? record.value(named: edit.name, extras) : record.value(named: edit.name)
            switch edit.change {
            case .set(let value): return value.isIdentical(to: old)
            case .keep(let value): return value == old
            case .add: return false
            }
        }
    }
}
