/// A query whose records are taken in groups that are equal in some fields.
///
/// ```swift
/// for group in try orders.groupBy("country").aggregate(.count, .sum("total")) {
///     print(group["country"], group["sum(total)"])
/// }
/// ```
///
/// Groups come in ascending order of the values grouped by; records without a value form a group of
/// their own, the first.
public struct GroupedQuery: Sendable {
    /// The query whose records are grouped.
    public let query: Query
    /// The fields by which they are.
    public let fields: [String]

    /// The groups and how many records each has.
    ///
    /// - Throws: as ``Query/all()``.
    /// - Complexity: O(g log n) for g groups if an index has the fields in a row and answers the
    ///   predicate; otherwise O(m + g log g) for m records that the query's best index finds.
    public func count() throws -> [Group] { try aggregate([.count]) }

    /// The groups, and the results of `aggregates` for each.
    ///
    /// - Throws: as ``Query/all()``, and ``QueryError`` if a sum of integers does not fit 64 bits.
    /// - Complexity: O(m + g log g) for m records that the query's best index finds, and g groups.
    public func aggregate(_ aggregates: Aggregate...) throws -> [Group] {
        try aggregate(aggregates)
    }

    /// The groups, and the results of `aggregates` for each.
    ///
    /// - Throws: as ``Query/all()``, and ``QueryError`` if a sum of integers does not fit 64 bits.
    /// - Complexity: O(m + g log g) for m records that the query's best index finds, and g groups.
    public func aggregate(_ aggregates: [Aggregate]) throws -> [Group] {
        let mask = FieldMask.of(fields + aggregates.compactMap(\.field))
        if aggregates.allSatisfy({ $0.field == nil }), let results = try counts(aggregates, mask) {
            return try results.groups()
        }
        let results = try query.run(method, need: .ofWindow, reading: mask) { run in
            var table = try GroupTable(fields, aggregates, in: run.view)
            if let slot = table.firstSlot { run.execution.expectReads(at: slot, isWorkLong: true) }
            run.execution.forEach(run.window) { record in
                table.add(record)
                return true
            }
            return (GroupResults(table, fields), nil)
        }
        return try results.groups()
    }

    private var method: String { "groupBy(\(fields.map(\.shortened).firstFew))" }

    /// The numbers of records by leaps through an index; nil if no index has the groups in a row
    /// and answers the predicate.
    private func counts(
        _ aggregates: [Aggregate], _ mask: FieldMask
    ) throws -> GroupResults? {
        guard !query.isWindowed, !fields.isEmpty else { return nil }
        let orderings = fields.map { Ordering(.reading($0), .ascending) }
        return try query.source.run(
            method, query.predicate, orderings, isOrdered: true, ResultWindow(), reading: mask
        ) { run in
            guard let runs = run.indexRuns else {
                run.hasAnswered = false
                return (nil, nil)
            }
            var table = try GroupTable(fields, [], in: run.view)
            run.forEachRun(runs) { table.add($1, like: $0) }
            return (GroupResults(table, fields, counting: aggregates), nil)
        }
    }
}

extension Query {
    /// The query's records, grouped by the values of `fields`.
    public func groupBy(_ fields: String...) -> GroupedQuery { groupBy(fields) }

    /// The query's records, grouped by the values of `fields`.
    public func groupBy(_ fields: [String]) -> GroupedQuery {
        GroupedQuery(query: self, fields: fields)
    }
}
