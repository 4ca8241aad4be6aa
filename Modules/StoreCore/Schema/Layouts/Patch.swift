/// The changes of an update, validated field by field, ready to be laid over whatever record is
/// there by then.
struct Patch: Sendable {
    /// What to do to one field.
    struct Edit: Sendable {
        /// The field's slot; -1 when it is undeclared.
        let slot: Int
        /// The name of an undeclared field.
        let name: String
        /// What leads on from the field into objects, to what is changed.
        let steps: [String]
        let change: Change

        init(slot: Int, name: String, steps: [String] = [], change: Change) {
            self.slot = slot
            self.name = name
            self.steps = steps
            self.change = change
        }
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
            var old =
                edit.slot >= 0
                ? record.values[edit.slot]
                : isLong ? record.value(named: edit.name, extras) : record.value(named: edit.name)
            for step in edit.steps { old = old[step] }
            switch edit.change {
            case .set(let value): return value.isIdentical(to: old)
            case .keep(let value): return value == old
            case .add: return false
            }
        }
    }
}
