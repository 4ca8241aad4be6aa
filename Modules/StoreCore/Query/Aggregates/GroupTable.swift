/// The groups of a query's records while they are being gathered.
struct GroupTable {
    private struct State {
        let key: [Value]
        var count = 0
        var accumulators: [Accumulator]
    }

    private let fields: [String]
    private let aggregates: [Aggregate]
    private let columns: Int
    private let keyOperands: [FieldOperand]
    /// Where each aggregate's values are; nil for a count.
    private let operands: [FieldOperand?]
    private var places: [[Value]: Int] = [:]
    private var states: [State] = []
    /// The group of the record before, which often is the next one's too.
    private var latest = -1

    init(
        _ fields: [String], _ aggregates: [Aggregate], in layout: Layout
    ) throws(QueryError) {
        self.fields = fields
        self.aggregates = aggregates
        columns = layout.count
        var keyOperands: [FieldOperand] = []
        for field in fields { keyOperands.append(try FieldOperand(.reading(field), in: layout)) }
        self.keyOperands = keyOperands
        var operands: [FieldOperand?] = []
        for aggregate in aggregates {
            guard let field = aggregate.field else {
                operands.append(nil)
                continue
            }
            operands.append(try FieldOperand(.reading(field), in: layout))
        }
        self.operands = operands
    }

    mutating func add(_ record: RecordRef) {
        let place = place(of: record)
        states[place].count += 1
        for (number, operand) in operands.enumerated() {
            guard let operand else { continue }
            states[place].accumulators[number].add(operand.value(in: record, columns: columns))
        }
    }

    private mutating func place(of record: RecordRef) -> Int {
        let key = keyOperands.map { $0.value(in: record, columns: columns) }
        if latest >= 0, states[latest].key == key { return latest }
        if let place = places[key] {
            latest = place
            return place
        }
        latest = states.count
        places[key] = latest
        states.append(State(key: key, accumulators: aggregates.map { Accumulator($0.kind) }))
        return latest
    }

    /// The groups in ascending order of their keys.
    ///
    /// - Throws: ``QueryError`` if a sum cannot be represented.
    func groups() throws(QueryError) -> [Group] {
        var groups: [Group] = []
        groups.reserveCapacity(states.count)
        let ordered = states.sorted { Value.compare(.array($0.key), .array($1.key)) < 0 }
        for state in ordered {
            var results: [(name: String, value: Value)] = []
            for (aggregate, accumulator) in zip(aggregates, state.accumulators) {
                results.append((aggregate.name, try accumulator.result(count: state.count)))
            }
            let key = zip(fields, state.key).map { (name: $0, value: $1) }
            groups.append(Group(key: Fields(key), count: state.count, results: Fields(results)))
        }
        return groups
    }
}
