/// Groups that have been gathered, with values of their own.
struct GroupResults {
    private let fields: [String]
    private let aggregates: [Aggregate]
    private let keys: [[Value]]
    private let counts: [Int]
    private let sums: [ExactSum]
    private let extremes: [Value]
    private let sumsPerGroup: Int
    private let extremesPerGroup: Int

    /// `aggregates` are counts, if the table was made without any.
    init(_ table: borrowing GroupTable, _ fields: [String], counting aggregates: [Aggregate]? = nil)
    {
        self.fields = fields
        self.aggregates = aggregates ?? table.aggregates
        var keys: [[Value]] = []
        var counts: [Int] = []
        for group in 0..<table.count {
            keys.append(table.key(group))
            counts.append(table.count(group))
        }
        self.keys = keys
        self.counts = counts
        sums = table.allSums
        extremes = table.allExtremes
        sumsPerGroup = table.sumsPerGroup
        extremesPerGroup = table.extremesPerGroup
    }

    /// The groups in ascending order of their keys.
    ///
    /// - Throws: ``QueryError`` if a sum cannot be represented.
    func groups() throws(QueryError) -> [Group] {
        var groups: [Group] = []
        groups.reserveCapacity(counts.count)
        let ordered = counts.indices.sorted { isBefore(keys[$0], keys[$1]) }
        for group in ordered {
            let key = zip(fields, keys[group]).map { (name: $0, value: $1) }
            groups.append(
                Group(
                    key: Fields(key), count: counts[group], results: Fields(try results(group))))
        }
        return groups
    }

    private func results(_ group: Int) throws(QueryError) -> [(name: String, value: Value)] {
        var results: [(name: String, value: Value)] = []
        results.reserveCapacity(aggregates.count)
        var sum = group * sumsPerGroup
        var extreme = group * extremesPerGroup
        for aggregate in aggregates {
            switch aggregate.kind {
            case .count: results.append((aggregate.name, .integer(Int64(counts[group]))))
            case .sum:
                results.append((aggregate.name, try sums[sum].value()))
                sum += 1
            case .avg:
                results.append((aggregate.name, sums[sum].meanValue ?? .null))
                sum += 1
            case .min, .max:
                results.append((aggregate.name, extremes[extreme]))
                extreme += 1
            }
        }
        return results
    }

    private func isBefore(_ one: [Value], _ other: [Value]) -> Bool {
        for place in one.indices {
            let order = Value.compare(one[place], other[place])
            if order != 0 { return order < 0 }
        }
        return false
    }
}
