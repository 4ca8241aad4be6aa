/// What writing a typed record as a whole has to know of its schema, whatever the record's type.
@usableFromInline
final class InsertPlan: Sendable {
    /// The number of columns.
    @usableFromInline let count: Int
    /// The columns' names.
    let names: [String]
    private let generated: [String]

    init(_ columns: BucketSchema) {
        names = columns.columns.map(\.name)
        count = names.count
        generated = columns.columns.filter { $0.column.generated != nil }.map(\.name)
    }

    @usableFromInline
    func fieldsToInsert(_ row: RowWriter) -> Fields {
        guard !generated.isEmpty else { return Fields(uniquing: row.entries) }
        return Fields(uniquing: row.entries.filter { !isToBeGenerated($0) })
    }

    /// The same of all that a record writes: without what is null, so that defaults apply.
    func fieldsToInsert(_ fields: Fields) -> Fields {
        Fields(unique: fields.entries.filter { !$0.value.isNull && !isToBeGenerated($0) })
    }

    /// What a record writes over another: columns that it leaves out are null, and what the store has generated stays.
    func fieldsToMerge(_ fields: Fields) -> Fields {
        var entries = fields.entries.filter { !isToBeGenerated($0) }
        for name in names where !fields.contains(name) {
            let entry = Fields.Entry(name: name, value: .null)
            if !isToBeGenerated(entry) { entries.append(entry) }
        }
        return Fields(unique: entries)
    }

    /// Whether the store makes the value, and the record has none.
    private func isToBeGenerated(_ entry: Fields.Entry) -> Bool {
        entry.value.isEmptyProperty && generated.contains { bytesEqual($0, entry.name) }
    }
}

extension Value {
    /// Whether a property that holds this has not been given a value: nil, 0 or no text.
    fileprivate var isEmptyProperty: Bool {
        switch self {
        case .null: true
        case .integer(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .date(let date): date.microseconds == 0
        default: false
        }
    }
}
