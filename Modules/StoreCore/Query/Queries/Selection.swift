/// A query of which only some fields are wanted.
///
/// ```swift
/// for fields in try users.order(by: "name").select("id", "name").all() {
///     print(fields["id"], fields["name"])
/// }
/// ```
///
/// Whoever tracks what has been read notes these fields, and those of predicate and order: a change
/// of any other field concerns nobody.
public struct Selection: Sendable {
    let query: Query
    /// The paths of the fields wanted, as they were given.
    public let fields: [String]

    /// The fields of all records that match, in order; what a record lacks is null.
    ///
    /// - Throws: as ``Query/all()``.
    /// - Complexity: that of ``Query/all()``; values are copied, records are not kept.
    public func all() throws -> [Fields] {
        try query.run(method, need: .asked, isCut: true, reading: mask) { run in
            let row = try SelectedRow(fields, in: run)
            var rows: [Fields] = []
            rows.reserveCapacity(run.execution.expected(run.window))
            var last: RecordRef?
            if let slot = row.firstSlot { run.execution.expectReads(at: slot) }
            run.execution.forEach(run.window) { record in
                rows.append(row.fields(of: record))
                last = record
                return true
            }
            let isFull = run.window.remaining < .max && rows.count == run.window.remaining
            return (rows, isFull ? last : nil)
        }
    }

    /// The fields of the first record that matches, if any.
    ///
    /// - Throws: as ``Query/all()``.
    /// - Complexity: that of ``Query/first()``.
    public func first() throws -> Fields? {
        try query.run(method, limit: 1, need: .asked, isCut: true, reading: mask) { run in
            let row = try SelectedRow(fields, in: run)
            var found: (fields: Fields, record: RecordRef)?
            run.execution.forEach(run.window) { record in
                found = (row.fields(of: record), record)
                return false
            }
            return (found?.fields, found?.record)
        }
    }

    private var method: String { "select(\(fields.map(\.shortened).firstFew))" }

    private var mask: FieldMask { .of(fields) }
}

extension Query {
    /// The same query for some fields of the records only; dots lead into objects.
    public func select(_ fields: String...) -> Selection { select(fields) }

    /// The same query for some fields of the records only; dots lead into objects.
    public func select(_ fields: [String]) -> Selection {
        Selection(query: self, fields: fields)
    }
}

/// Where the selected fields of a record are found.
private struct SelectedRow {
    private let names: [String]
    private let operands: [FieldOperand]
    private let columns: Int

    /// - Throws: ``QueryError`` if a strict bucket does not declare a field.
    init(_ fields: [String], in run: QueryRun) throws(QueryError) {
        var names: [String] = []
        var operands: [FieldOperand] = []
        var known: Set<ByteString> = []
        for field in fields where known.insert(ByteString(field)).inserted {
            names.append(field)
            operands.append(try FieldOperand(.reading(field), in: run.view.layout))
        }
        self.names = names
        self.operands = operands
        columns = run.view.layout.count
    }

    /// The column that is read first.
    var firstSlot: Int? { operands.first?.slot }

    func fields(of record: RecordRef) -> Fields {
        var entries: [Fields.Entry] = []
        entries.reserveCapacity(names.count)
        var searches = FieldSearches(names.count)
        for place in names.indices {
            entries.append(
                Fields.Entry(
                    name: names[place],
                    value: operands[place].value(in: record, columns: columns, &searches)))
        }
        return Fields(unique: entries)
    }
}
