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
    let query: Query
    let fields: [String]

    /// The groups and how many records each has.
    ///
    /// - Throws: as ``Query/all()``.
    /// - Complexity: O(m + g log g) for m records that the query's best index finds, and g groups.
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
        var mask = FieldMask.none
        for field in fields + aggregates.compactMap(\.field) { mask.formUnion(.of(field)) }
        let table = try query.run(need: .ofWindow, reading: mask) { run in
            var table = try GroupTable(fields, aggregates, in: run.view.layout)
            run.execution.forEach(run.window) { record in
                table.add(record)
                return true
            }
            return (table, nil)
        }
        return try table.groups()
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
