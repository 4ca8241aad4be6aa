/// How the records of one layout become those of another, with fields added and removed.
struct RecordConversion {
    private let change: DefinitionChange
    private let target: Layout
    private let stamp: Int64
    /// For each slot, the one in the former layout; nil where the field is added.
    private let sources: [Int?]
    /// What a record without undeclared fields gets in the slots that are added.
    private let initial: [Value]

    /// The records carry `stamp` as their position.
    init(_ change: DefinitionChange, from former: Layout, to target: Layout, stamp: Int64) {
        self.change = change
        self.target = target
        self.stamp = stamp
        sources = target.names.map { former.slot(of: $0) }
        let fields = FieldFinder(change.adapted([:]))
        initial = target.names.map { fields[$0] }
    }

    /// The record in the new layout, the same in version and times.
    ///
    /// - Throws: `DefinitionError` (`existingRecords`) if it does not fit what is added.
    func convert(_ old: RecordRef) throws(DefinitionError) -> RecordStorage {
        if old.header.pointee.hasExtras { return try convertSlowly(old) }
        for slot in sources.indices where sources[slot] == nil {
            try check(initial[slot], slot, old)
        }
        let record = RecordStorage.make(layout: target, extras: nil) { values in
            for slot in sources.indices {
                let value = sources[slot].map { old.values[$0] } ?? initial[slot]
                (values + slot).initialize(to: value)
            }
        }
        record.measure()
        record.inherit(old.header.pointee)
        record.head.pointee.position = UInt64(bitPattern: stamp)
        return record
    }

    /// A record with undeclared fields, some of which may be declared now.
    private func convertSlowly(_ old: RecordRef) throws(DefinitionError) -> RecordStorage {
        var restored = RestoredRecord(Record(old.storage))
        restored.fields = change.adapted(restored.fields)
        let fields = FieldFinder(restored.fields)
        for slot in sources.indices where sources[slot] == nil {
            try check(fields[target.names[slot]], slot, old)
        }
        return try target.restore(restored, stamp: stamp)
    }

    private func check(_ value: Value, _ slot: Int, _ old: RecordRef) throws(DefinitionError) {
        guard let message = target.fault(of: value, in: slot) else { return }
        throw DefinitionError(
            bucket: target.bucket, field: target.names[slot], reason: .existingRecords,
            message: "record \(old.key.value.excerpt) does not fit: \(message)")
    }
}

extension Layout {
    /// What is wrong with a value that a record is to have in a column that is added; nil when nothing is.
    fileprivate func fault(of value: Value, in slot: Int) -> String? {
        if value.isNull {
            guard rules[slot].isRequired else { return nil }
            return "the field is required, and the record has no value; "
                + "give the column a default that is a value"
        }
        if columns[slot].onDelete != nil {
            return "an enforced reference can only be added where no record has a value yet"
        }
        var issues: [ValidationIssue] = []
        _ = checks[slot].admit(value, issues: &issues)
        return issues.first?.message
    }
}
