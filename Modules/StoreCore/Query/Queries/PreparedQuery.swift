/// A query made ready to judge single records: what is kept up to date from changes asks of each changed record whether
/// it belongs to the result, and where.
///
/// ```swift
/// let prepared = try PreparedQuery(query, reading: ["total"])
/// if let new = change.new, prepared.matches(new) { sum.add(prepared.value(0, of: new)) }
/// ```
///
/// It is made for the bucket as it is defined at one position. Records that are laid out otherwise, before or after a
/// change of the schema, are judged all the same, but at the cost of a preparation each.
public final class PreparedQuery: Sendable {
    private let predicate: Predicate
    private let orderings: [Ordering]
    private let paths: [FieldPath]
    private let layout: Layout
    private let compiled: CompiledPredicate
    private let ordering: CompiledOrdering
    private let operands: [FieldOperand]

    /// Prepares the predicate and the order of `query`, and the paths of `fields`, for the bucket that the query reads.
    ///
    /// - Throws: ``QueryError`` as ``Query/all()``; what the reader throws when it is stopped or its bucket is gone.
    public init(_ query: Query, reading fields: [String] = []) throws {
        predicate = query.predicate
        orderings = query.orderings
        let paths = fields.map(FieldPath.reading)
        self.paths = paths
        let parts = try query.source.withView { view, _ in
            let layout = view.layout
            return (
                layout, try PredicateCompiler.compile(query.predicate, for: layout),
                try CompiledOrdering.make(query.orderings, bucketOrder: true, for: layout),
                try paths.map { try FieldOperand($0, in: layout) }
            )
        }
        (layout, compiled, ordering, operands) = parts
    }

    private init(_ other: PreparedQuery, for layout: Layout) throws(QueryError) {
        predicate = other.predicate
        orderings = other.orderings
        paths = other.paths
        self.layout = layout
        compiled = try PredicateCompiler.compile(predicate, for: layout)
        ordering = try CompiledOrdering.make(orderings, bucketOrder: true, for: layout)
        var operands: [FieldOperand] = []
        for path in paths { operands.append(try FieldOperand(path, in: layout)) }
        self.operands = operands
    }

    /// The name of the bucket.
    public var bucket: String { layout.bucket }

    private func isMade(for record: Record) -> Bool {
        record.storage.head.pointee.withLayout { $0.isShaped(as: layout) }
    }

    /// The same for the layout of `record`; nil if it lacks what is asked for.
    private func made(for record: Record) -> PreparedQuery? {
        try? PreparedQuery(self, for: record.storage.header.layout)
    }

    /// Whether `record` satisfies the query's predicate; its deadline is not looked at.
    ///
    /// - Complexity: O(size of the predicate).
    public func matches(_ record: Record) -> Bool {
        guard isMade(for: record) else { return made(for: record)?.matches(record) ?? false }
        return compiled.matches(RecordRef(record.storage))
    }

    /// Less than, equal to or greater than zero as `one` stands before, at or after `other` in the query's order, or in
    /// the bucket's if the query has none.
    ///
    /// Records that are equal in every step follow in the order in which they were inserted: 0 means that both are one
    /// record, with nothing changed that the order depends on.
    ///
    /// - Complexity: O(number of steps).
    public func compare(_ one: Record, _ other: Record) -> Int {
        if isMade(for: one), isMade(for: other) {
            return ordering.order(RecordRef(one.storage), RecordRef(other.storage))
        }
        let (ones, others) = (place(of: one), place(of: other))
        for (step, (one, other)) in zip(ordering.steps, zip(ones.values, others.values)) {
            let order = step.compare(one, other)
            if order != 0 { return step.isDescending ? -order : order }
        }
        return ones.row == others.row ? 0 : ones.row < others.row ? -1 : 1
    }

    private func place(of record: Record) -> RowPlace {
        let ordering = isMade(for: record) ? ordering : made(for: record)?.ordering
        let ref = RecordRef(record.storage)
        return ordering?.place(of: ref)
            ?? RowPlace(values: self.ordering.steps.map { _ in .null }, row: ref.row)
    }

    /// A sum of nothing, to which values of the field whose number is `number` are to be added.
    public func emptySum(of number: Int) -> ExactSum { operands[number].emptySum(in: layout) }

    /// Where `record` stands among those of its bucket, in the order in which they were inserted.
    public func row(of record: Record) -> UInt64 { RecordRef(record.storage).row }

    /// Whether another value of a field may be equal to `value` and yet look different, as 1 and 1.0 do.
    ///
    /// `number` is that of the field among those asked for. Of such values the one in the lowest row stands for the others.
    ///
    /// - Complexity: O(1) for numbers and texts.
    public func hasSpellings(_ value: Value, of number: Int) -> Bool {
        operands[number].hasSpellings(in: layout) && value.hasSpellings
    }

    /// The value in `record` of the field whose number among those asked for is `number`.
    ///
    /// - Complexity: O(1) for a column.
    public func value(_ number: Int, of record: Record) -> Value {
        guard isMade(for: record) else {
            return made(for: record)?.value(number, of: record) ?? .null
        }
        return operands[number].value(in: RecordRef(record.storage), columns: layout.count)
    }
}
