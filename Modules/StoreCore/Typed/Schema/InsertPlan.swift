/// What a typed record's insertion has to know of its schema, whatever the record's type.
@usableFromInline
final class InsertPlan: Sendable {
    /// The number of columns.
    @usableFromInline let count: Int
    /// Whether records are stored just as they are written: nothing is generated, and there are no defaults.
    @usableFromInline let isPlain: Bool
    private let generated: [String]

    init(_ columns: BucketSchema) {
        count = columns.columns.count
        generated = columns.columns.filter { $0.column.generated != nil }.map(\.name)
        isPlain = columns.columns.allSatisfy {
            $0.column.generated == nil && $0.column.default == nil
        }
    }

    @usableFromInline
    func fieldsToInsert(_ row: RowWriter) -> Fields {
        guard !generated.isEmpty else { return Fields(uniquing: row.entries) }
        return Fields(
            uniquing: row.entries.filter { entry in
                !(entry.value.isEmptyProperty && generated.contains { bytesEqual($0, entry.name) })
            })
    }
}

extension Value {
    /// Whether a property that holds this has not been given a value: 0 or no text.
    fileprivate var isEmptyProperty: Bool {
        switch self {
        case .integer(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .date(let date): date.microseconds == 0
        default: false
        }
    }
}
