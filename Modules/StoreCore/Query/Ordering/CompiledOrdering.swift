/// An order made ready for the records of one layout.
///
/// Records that are equal in every step follow in order of insertion, whichever way the steps go,
/// so that an order is total and never depends on how a query is carried out.
///
/// An object, so that handing it around costs one reference.
final class CompiledOrdering: Sendable {
    struct Step: Sendable {
        let operand: FieldOperand
        /// The column, or -1 if the operand is none.
        let slot: Int
        let isDescending: Bool
        /// Whether texts are compared without their case; not for a column that has none.
        var isFolded = false

        /// The column as an index would have to enter it.
        var column: IndexColumn { IndexColumn(slot: slot, isFolded: isFolded) }

        /// Compares two values, the direction aside.
        @inline(__always)
        func compare(_ one: Value, _ other: Value) -> Int {
            isFolded ? Value.compareIgnoringCase(one, other) : Value.compare(one, other)
        }

        /// The same step from its end.
        var reversed: Step {
            Step(
                operand: operand, slot: slot, isDescending: !isDescending, isFolded: isFolded)
        }
    }

    let steps: [Step]
    let layout: Layout
    let columns: Int
    /// Whether records that are equal in every step come the last inserted first: the order of a
    /// query from its end, with the steps turned round too.
    let isReversed: Bool

    /// - Throws: ``QueryError`` if a strict bucket does not declare a field.
    init(_ orderings: [Ordering], for layout: Layout) throws(QueryError) {
        self.layout = layout
        columns = layout.count
        isReversed = false
        var steps: [Step] = []
        for ordering in orderings {
            let operand = try FieldOperand(ordering.path, in: layout)
            steps.append(
                Step(
                    operand: operand, slot: operand.slot ?? -1,
                    isDescending: ordering.direction == .descending,
                    isFolded: ordering.ignoresCase
                        && operand.slot.map { layout.columns[$0].type == .string } ?? true))
        }
        self.steps = steps
    }

    init(steps: [Step], layout: Layout, isReversed: Bool = false) {
        self.steps = steps
        self.layout = layout
        self.isReversed = isReversed
        columns = layout.count
    }

    /// The order by key.
    convenience init(byKeyOf layout: Layout) {
        self.init(
            steps: layout.keySlots.map {
                Step(operand: FieldOperand(column: $0), slot: $0, isDescending: false)
            }, layout: layout)
    }

    /// The order of insertion, or its reverse.
    var isByRow: Bool { steps.isEmpty }

    /// The same order from its end.
    func reversed() -> CompiledOrdering {
        CompiledOrdering(steps: steps.map(\.reversed), layout: layout, isReversed: !isReversed)
    }

    /// Whether both put the records of their layout in the same order.
    func isSame(as other: CompiledOrdering) -> Bool {
        self === other
            || isReversed == other.isReversed
                && steps.elementsEqual(other.steps) { one, other in
                    one.isDescending == other.isDescending && one.isFolded == other.isFolded
                        && one.operand.root == other.operand.root
                        && one.operand.steps.elementsEqual(other.operand.steps, by: bytesEqual)
                }
    }

    /// The order without the steps in which all records equal one value; those values are dropped
    /// from `place`, as far as it agrees.
    func withoutConstants(
        _ conjunction: Conjunction, _ place: inout RowPlace?
    ) -> CompiledOrdering {
        guard steps.contains(where: { $0.slot >= 0 && conjunction.isConstant($0.column) }) else {
            return self
        }
        var kept: [Step] = []
        var values: [Value] = []
        for (number, step) in steps.enumerated() {
            let constant = step.slot >= 0 ? conjunction.equal(step.column) : nil
            if let place {
                let value = place.values[number]
                if let constant, step.compare(constant, value) == 0 { continue }
                values.append(value)
            } else if constant != nil {
                continue
            }
            kept.append(step)
        }
        place?.values = values
        return CompiledOrdering(steps: kept, layout: layout, isReversed: isReversed)
    }

    /// The top-level fields that the order depends on.
    var fields: FieldMask {
        var fields = FieldMask.none
        for step in steps { fields.insert(step.operand, in: layout) }
        return fields
    }

    /// Less than, equal to or greater than zero as `one` stands before, at or after `other`.
    @inline(__always)
    func order(_ one: RecordRef, _ other: RecordRef) -> Int {
        if steps.count > FieldSearches.plainMax { return orderWithSearches(one, other) }
        for step in steps {
            let order = compare(of: step, one, other, columns)
            if order != 0 { return step.isDescending ? -order : order }
        }
        return order(one.row, other.row)
    }

    /// The same by many steps, whose fields are searched for together.
    @inline(never)
    private func orderWithSearches(_ one: RecordRef, _ other: RecordRef) -> Int {
        var ones = FieldSearches(steps.count)
        var others = FieldSearches(steps.count)
        for step in steps {
            let order = step.compare(
                step.operand.value(in: one, columns: columns, &ones),
                step.operand.value(in: other, columns: columns, &others))
            if order != 0 { return step.isDescending ? -order : order }
        }
        return order(one.row, other.row)
    }

    /// The same against a place in the order.
    func order(_ record: RecordRef, _ place: RowPlace) -> Int {
        var searches = FieldSearches(steps.count)
        for (step, value) in zip(steps, place.values) {
            let order = step.compare(
                step.operand.value(in: record, columns: columns, &searches), value)
            if order != 0 { return step.isDescending ? -order : order }
        }
        return order(record.row, place.row)
    }

    @inline(__always)
    private func order(_ one: RowID, _ other: RowID) -> Int {
        if one == other { return 0 }
        return (one < other) != isReversed ? -1 : 1
    }

    /// The place of `record` in the order.
    func place(of record: RecordRef) -> RowPlace {
        var searches = FieldSearches(steps.count)
        return RowPlace(
            values: steps.map { $0.operand.value(in: record, columns: columns, &searches) },
            row: record.row)
    }

    /// A number that stands before another's as the record stands before the other's; equal ones
    /// say nothing.
    @inline(__always)
    func digest(_ record: RecordRef) -> UInt64 {
        guard let step = steps.first else { return isReversed ? ~record.row : record.row }
        let digest =
            step.isFolded
            ? SortDigest.of(step.operand.value(in: record, columns: columns).foldingCase)
            : step.slot >= 0
                ? SortDigest.of(record.values + step.slot)
                : SortDigest.of(step.operand.value(in: record, columns: columns))
        return step.isDescending ? ~digest : digest
    }
}

@inline(__always)
private func compare(
    of step: CompiledOrdering.Step, _ one: RecordRef, _ other: RecordRef, _ columns: Int
) -> Int {
    step.slot >= 0 && !step.isFolded
        ? Value.compare(one.values + step.slot, other.values + step.slot)
        : step.compare(
            step.operand.value(in: one, columns: columns),
            step.operand.value(in: other, columns: columns))
}

/// A place in an order of records: values for the order's steps, then a row.
struct RowPlace: Sendable, Hashable {
    var values: [Value]
    var row: RowID

    /// The same place, `rows` rows on; no row is 0.
    func advanced(by rows: Int64) -> RowPlace {
        RowPlace(values: values, row: row &+ RowID(bitPattern: rows))
    }
}
