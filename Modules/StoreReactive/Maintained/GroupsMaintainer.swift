import StoreCore

/// The groups of the records that match, with what is worked out about each.
final class GroupsMaintainer<Element: Sendable>: Maintainer<LiveList<Element>>,
    @unchecked Sendable
{
    /// What is known of one group.
    private struct State {
        var count = 0
        var sums: [ExactSum]
        var values: [OrderedTree<ValueCount>]
        /// How the records spell what they are grouped by, where there are several ways.
        var spellings = Spellings<[Value]>()
    }

    private let keys: [String]
    private let aggregates: [Aggregate]
    /// Where the results of aggregates come from: a number among the sums, or among the values.
    private let sources: [Int]
    private let make: @Sendable (Group) -> Element?
    private let order: ListOrder
    private let valueCount: Int
    private var groups: [[Value]: State] = [:]
    private var rows = OrderedTree<ListRow>()
    /// Those that have changed since the rows were made.
    private var touched: Set<[Value]> = []
    /// Those whose results cannot be represented.
    private var failures: [[Value]: any Error] = [:]

    init(
        by keys: [String], _ aggregates: [Aggregate],
        _ isSame: @escaping @Sendable (Element, Element) -> Bool,
        _ make: @escaping @Sendable (Group) -> Element?
    ) {
        order = ListOrder(isSame)
        self.keys = keys
        self.aggregates = aggregates
        self.make = make
        var (sums, values) = (0, 0)
        sources = aggregates.map { aggregate in
            switch aggregate.kind {
            case .count: return 0
            case .sum, .avg:
                sums += 1
                return sums - 1
            case .min, .max:
                values += 1
                return values - 1
            }
        }
        valueCount = values
        super.init(reading: keys + aggregates.compactMap(\.field))
    }

    override func read(
        _ query: Query, _ prepared: PreparedQuery, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws {
        groups = [:]
        rows = OrderedTree()
        touched = []
        failures = [:]
        try query.forEach(reading: fields) { count($0, by: 1, prepared) }
        makeRows()
    }

    override func replace(_ old: Record?, by new: Record?, _ prepared: PreparedQuery) {
        if let old { count(old, by: -1, prepared) }
        if let new { count(new, by: 1, prepared) }
    }

    private func count(_ record: Record, by change: Int, _ prepared: PreparedQuery) {
        let key = keys.indices.map { prepared.value($0, of: record) }
        touched.insert(key)
        // In place: a copy of the state would be a copy of its sums.
        add(
            record, key, change, prepared,
            to: &groups[
                key,
                default: State(
                    sums: emptySums(prepared),
                    values: Array(repeating: OrderedTree(), count: valueCount))])
    }

    /// What the sums of a group begin with.
    private func emptySums(_ prepared: PreparedQuery) -> [ExactSum] {
        aggregates.filter { $0.field != nil }.enumerated().compactMap { place, aggregate in
            aggregate.kind == .sum || aggregate.kind == .avg
                ? prepared.emptySum(of: keys.count + place) : nil
        }
    }

    private func add(
        _ record: Record, _ key: [Value], _ change: Int, _ prepared: PreparedQuery,
        to state: inout State
    ) {
        state.count += change
        if keys.indices.contains(where: { prepared.hasSpellings(key[$0], of: $0) }) {
            state.spellings.count(key, at: prepared.row(of: record), by: change)
        }
        var field = keys.count
        for (aggregate, source) in zip(aggregates, sources) where aggregate.field != nil {
            let value = prepared.value(field, of: record)
            let row = prepared.row(of: record, spelling: value, of: field)
            field += 1
            switch aggregate.kind {
            case .count: break
            case .sum, .avg:
                if change > 0 {
                    state.sums[source].add(value)
                } else {
                    state.sums[source].subtract(value)
                }
            case .min, .max: state.values[source].count(value, at: row, by: change)
            }
        }
    }

    override func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) -> Bool? {
        if touched.isEmpty { return false }
        makeRows()
        return true
    }

    /// Makes the rows of the groups that have changed.
    private func makeRows() {
        for key in touched {
            failures[key] = nil
            var row: ListRow?
            if let state = groups[key], state.count > 0 {
                do { row = try made(state, state.spellings.first ?? key) } catch {
                    failures[key] = error
                }
            } else {
                groups[key] = nil
            }
            let known = rows.find { ListOrder.compare($0.key, key) }
            switch (known, row) {
            case (_?, let row?): rows.replace(row, by: order.compare)
            case (nil, let row?): rows.insert(row, by: order.compare)
            case (let known?, nil): rows.remove(known, by: order.compare)
            case (nil, nil): break
            }
        }
        touched = []
    }

    private func made(_ state: State, _ key: [Value]) throws -> ListRow? {
        var results: [(name: String, value: Value)] = []
        results.reserveCapacity(aggregates.count)
        for (aggregate, source) in zip(aggregates, sources) {
            let value: Value =
                switch aggregate.kind {
                case .count: .integer(Int64(state.count))
                case .sum: try state.sums[source].value()
                case .avg: state.sums[source].meanValue ?? .null
                case .min: state.values[source].first?.value ?? .null
                case .max: state.values[source].last?.value ?? .null
                }
            results.append((aggregate.name, value))
        }
        let group = Group(
            key: Fields(zip(keys, key).map { (name: $0, value: $1) }), count: state.count,
            results: Fields(results))
        return make(group).map { ListRow($0, key: key) }
    }

    override func value() throws -> LiveList<Element> {
        if let error = failures.values.first { throw error }
        rows.seal()
        return LiveList(rows, order)
    }

    override func isSame(_ one: LiveList<Element>, _ other: LiveList<Element>) -> Bool {
        other.isUnchanged(from: one)
    }
}
