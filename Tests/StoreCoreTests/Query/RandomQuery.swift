import StoreCore
import Testing

/// One case of a random test: records, indexes, and a query of them.
struct RandomQuery: Sendable {
    var records: [Fields]
    var indexes: [IndexDefinition]
    var order: BucketOrder
    var condition: RandomCondition?
    var steps: [Ordering]
    var limit: Int?
    var offset: Int
    var pageSize: Int

    static let fields = ["a", "n", "s", "t", "x"]
    static let schema: BucketSchema = [
        "id": .integer, "a": .integer, "n": .number, "s": .string, "t": .array,
    ]

    private func query(_ bucket: DynamicBucket) -> Query {
        bucket.where(condition?.predicate ?? .all)
            .order(by: steps)
    }

    /// The records that satisfy the condition, in order.
    private var expected: [Fields] {
        var matching = records.filter { condition?.holds(for: $0) ?? true }
        if steps.isEmpty, order == .key { matching.sort { $0["id"] < $1["id"] } }
        return matching.enumerated().sorted { one, other in
            for step in steps {
                let (one, other) = (step.value(in: one.element), step.value(in: other.element))
                if one != other { return (one < other) == (step.direction == .ascending) }
            }
            return one.offset < other.offset
        }.map(\.element)
    }

    /// What the store says, where it is not what is expected.
    func fault() async throws -> String? {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: RandomQuery.schema, indexes: indexes, .order(order))
        try await bucket.insertMany(records)
        let fault = try fault(of: query(bucket))
        await store.stop()
        return fault
    }

    private func fault(of query: Query) throws -> String? {
        let expected = expected
        func differ(_ what: String, _ found: [Record], _ wanted: some Sequence<Fields>) -> String? {
            let keys = (found.map { $0["id"] }, wanted.map { $0["id"] })
            return keys.0 == keys.1 ? nil : "\(what): \(keys.0) instead of \(keys.1)"
        }
        let part = expected.dropFirst(offset).prefix(limit ?? .max)
        let window = limit.map { query.offset(offset).limit($0) } ?? query.offset(offset)
        if let fault = differ("all", try query.all(), expected) { return fault }
        if let fault = differ("window", try window.all(), part) { return fault }
        if let fault = differ("pages", try pages(query), expected) { return fault }
        if let fault = differ("pages back", try pagesBack(query), expected) { return fault }
        let selected = try query.select("id", "s", "x").all()
        guard selected == expected.map({ ["id": $0["id"], "s": $0["s"], "x": $0["x"]] }) else {
            return "selection"
        }
        if let fault = differ("first", try query.first(1), expected.prefix(1)) { return fault }
        guard try query.count() == expected.count else { return "count" }
        guard try window.count() == part.count else { return "count of window" }
        guard try query.exists() == !expected.isEmpty else { return "exists" }
        guard try query.explain().rowsReturned == expected.count else { return "explain" }
        for field in RandomQuery.fields {
            let values = expected.map { $0[field] }.filter { !$0.isNull }
            guard try query.min(field) == values.min() else { return "min of \(field)" }
            guard try query.max(field) == values.max() else { return "max of \(field)" }
            guard try query.distinct(field) == Set(values).sorted() else {
                return "distinct \(field)"
            }
            let sum = values.compactMap(\.double).reduce(0, +)
            guard try query.sum(field).double == sum else { return "sum of \(field)" }
            let groups = Dictionary(grouping: expected) { $0[field] }
            guard try query.groupBy(field).count().map(\.key[field]) == groups.keys.sorted() else {
                return "groups by \(field)"
            }
            guard
                try query.groupBy(field).count().map(\.count)
                    == groups.keys.sorted().map({ groups[$0]?.count ?? 0 })
            else { return "counts by \(field)" }
            for other in ["a", "s"] {
                if let fault = try faultOfPairs(query, [field, other], expected) { return fault }
            }
        }
        return nil
    }

    /// What is wrong with the groups by two fields.
    private func faultOfPairs(
        _ query: Query, _ fields: [String], _ expected: [Fields]
    ) throws -> String? {
        let groups = Dictionary(grouping: expected) { record in fields.map { record[$0] } }
        let found = try query.groupBy(fields).aggregate(.count, .sum("n"), .min("s"))
        guard
            found.map({ group in fields.map { group.key[$0] } })
                == groups.keys.sorted(by: { .array($0) < .array($1) })
        else { return "groups by \(fields)" }
        for (key, records) in groups {
            let group = found.first { group in fields.map { group.key[$0] } == key }
            let sum = records.compactMap { $0["n"].double }.reduce(0, +)
            let least = records.map { $0["s"] }.filter { !$0.isNull }.min() ?? .null
            guard group?.count == records.count, group?["sum(n)"].double == sum,
                group?["min(s)"] == least
            else { return "results for \(key) by \(fields)" }
        }
        let counts = try query.groupBy(fields).count()
        return counts.map(\.count) == found.map(\.count) ? nil : "counts by \(fields)"
    }

    /// The records by pages from the last one back, put in order.
    private func pagesBack(_ query: Query) throws -> [Record] {
        var records: [Record] = []
        var cursor: Cursor?
        repeat {
            let page = try query.page(before: cursor, limit: pageSize)
            records = page.records + records
            guard page.hasMore == (try query.count() > records.count) else { return [] }
            cursor = page.previousCursor
        } while cursor != nil
        return records
    }

    private func pages(_ query: Query) throws -> [Record] {
        var records: [Record] = []
        var cursor: Cursor?
        repeat {
            let page = try query.page(after: cursor, limit: pageSize)
            records += page.records
            cursor = page.nextCursor
        } while cursor != nil
        return records
    }
}

extension RandomQuery: CustomStringConvertible {
    var description: String {
        """
        \(condition.map { "\($0.predicate)" } ?? "all"), by \(steps.map(\.words)), \
        limit \(limit.map(String.init) ?? "none"), offset \(offset), pages of \(pageSize), \(order), \
        indexes \(indexes.map(\.name)), records \(records)
        """
    }

    /// Cases that are a little smaller.
    var simpler: [RandomQuery] {
        var simpler: [RandomQuery] = []
        func add(_ change: (inout RandomQuery) -> Void) {
            var copy = self
            change(&copy)
            simpler.append(copy)
        }
        for size in [records.count / 2, records.count / 4, 1] where size > 0 {
            for start in stride(from: 0, to: records.count, by: size) {
                add { $0.records.removeSubrange(start..<min(start + size, records.count)) }
            }
        }
        for index in indexes.indices { add { $0.indexes.remove(at: index) } }
        for index in steps.indices { add { $0.steps.remove(at: index) } }
        for part in condition?.parts ?? [] { add { $0.condition = part } }
        if condition != nil { add { $0.condition = nil } }
        if limit != nil { add { $0.limit = nil } }
        if offset != 0 { add { $0.offset = 0 } }
        if order == .key { add { $0.order = .insertion } }
        return simpler
    }
}

extension Ordering {
    /// What a record is ordered by.
    fileprivate func value(in record: Fields) -> Value {
        let value = record[path.description]
        guard ignoresCase, let text = value.string else { return value }
        return .string(text.lowercased())
    }

    /// The step as it might be said.
    var words: String { "\(path) \(direction)\(ignoresCase ? " ignoring case" : "")" }
}
