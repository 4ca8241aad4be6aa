import StoreCore
import Testing

@testable import StoreReactive

/// Somebody who is shown a query value's results, and holds them against the query run from scratch.
final class Watch: Sendable {
    struct Delivery: Sendable {
        let value: [Shown]
        let position: Position
        let instant: Timestamp
        /// What is wrong with its delta.
        let fault: String?
    }

    /// What a live query shows now.
    struct Latest: Sendable {
        let value: [Shown]
        let position: Position
        let instant: Timestamp
        let hasFailed: Bool
    }

    let shape: Shape
    let deliveries = Seen<Delivery>()
    let errors = Seen<String>()
    private let place: @Sendable () -> (latest: Latest?, status: LiveQueryStatus?, loads: Int)
    /// What is wrong with what is kept, when nothing runs.
    let violations: @Sendable () -> [String]
    let subscription: Subscription
    /// The query from scratch.
    let expected: @Sendable (Snapshot) throws -> [Shown]

    init<Value>(
        _ shape: Shape, _ live: Live<Value>,
        expected: @escaping @Sendable (Snapshot) throws -> [Shown],
        fault: @escaping @Sendable (LiveUpdate<Value>) -> String? = { _ in nil },
        violations: @escaping @Sendable () -> [String] = { [] },
        _ show: @escaping @Sendable (Value) -> [Shown]
    ) async throws {
        self.shape = shape
        self.expected = expected
        self.violations = violations
        place = {
            let latest = live.latest.map {
                Latest(
                    value: show($0.value), position: $0.position, instant: $0.instant,
                    hasFailed: $0.error != nil)
            }
            return (latest, live.status, live.maintainer?.loads ?? 0)
        }
        let (deliveries, errors) = (deliveries, errors)
        subscription = try await live.subscribe(onError: { errors.add("\($0)") }) { update in
            deliveries.add(
                Delivery(
                    value: show(update.value), position: update.position, instant: update.instant,
                    fault: fault(update)))
        }
    }

    var latest: Latest? { place().latest }
    var runs: Int { place().status?.runs ?? 0 }
    var loads: Int { place().loads }
}

extension Live {
    /// What keeps the result up to date.
    var maintainer: Maintainer<Value>? {
        guard case .kept(_, let node) = place else { return nil }
        return (node.work as? MaintainedWork<Value>)?.maintainer
    }
}

// MARK: - Making

extension Watch {
    /// Asks for what `shape` says.
    static func make(_ shape: Shape, _ items: DynamicBucket) async throws -> Watch {
        let query = shape.query(items)
        let rate = shape.coalescing
        switch shape.kind {
        case .records:
            return try await list(
                shape, query.live(coalescing: rate), { query, _ in try query.all() }
            ) { $0.shown }
        case .page(let limit, let isAfterFirst, let isBackward):
            return try await page(shape, query, limit, isAfterFirst, isBackward)
        case .count: return try await number(shape, .count, { try $0.count() }) { "\($0)" }(query)
        case .sum(let field):
            return try await number(shape, .sum(field), { try $0.sum(field) }) {
                $0.exact
            }(query)
        case .avg(let field):
            return try await number(shape, .avg(field), { try $0.avg(field) }) {
                $0.map { Value.double($0).exact } ?? "nil"
            }(query)
        case .min(let field):
            return try await number(shape, .min(field), { try $0.min(field) }) {
                $0?.exact ?? "nil"
            }(query)
        case .max(let field):
            return try await number(shape, .max(field), { try $0.max(field) }) {
                $0?.exact ?? "nil"
            }(query)
        case .distinct(let field):
            return try await list(
                shape, query.live(.distinct(field), coalescing: rate),
                { query, _ in try query.distinct(field) }
            ) {
                Shown(identity: $0.equated, text: $0.exact)
            }
        case .groups(let fields):
            return try await list(
                shape,
                query.groupBy(fields).live(Shape.aggregates, rate, { $0.isIdentical(to: $1) }) {
                    $0
                },
                { query, _ in try query.groupBy(fields).aggregate(Shape.aggregates) }
            ) { $0.shown }
        case .box: return try await joined(shape, query.with("box"), \.0) { [[$0.1]] }
        case .notes:
            return try await joined(shape, query.with("notes", by: "item"), \.0) { [$0.1] }
        case .all:
            let rows = query.with("box").with("notes", by: "item").with("parent")
                .with("items", by: "parent")
            return try await joined(shape, rows, \.0.0.0.0) {
                [[$0.0.0.0.1], $0.0.0.1, [$0.0.1], $0.1]
            }
        }
    }

    private static func page(
        _ shape: Shape, _ query: Query, _ limit: Int, _ isAfterFirst: Bool, _ isBackward: Bool
    ) async throws -> Watch {
        let first = isAfterFirst ? try query.page(limit: 3).nextCursor : nil
        let live =
            isBackward
            ? query.livePage(before: first, limit: limit, coalescing: shape.coalescing)
            : query.livePage(after: first, limit: limit, coalescing: shape.coalescing)
        return try await Watch(shape, live) { snapshot in
            let query = query.reading(try snapshot.bucket("items"))
            return isBackward
                ? try query.page(before: first, limit: limit).shown
                : try query.page(after: first, limit: limit).shown
        } _: {
            $0.shown
        }
    }

    private static func number<Value: Sendable & Equatable>(
        _ shape: Shape, _ aggregate: LiveAggregate<Value>,
        _ run: @escaping @Sendable (Query) throws -> Value,
        _ exact: @escaping @Sendable (Value) -> String
    ) -> (Query) async throws -> Watch {
        let show: @Sendable (Value) -> [Shown] = {
            [Shown(identity: "", text: exact($0))]
        }
        return { query in
            try await Watch(shape, query.live(aggregate, coalescing: shape.coalescing)) {
                show(try run(query.reading(try $0.bucket("items"))))
            } _: {
                show($0)
            }
        }
    }

    private static func joined<Element>(
        _ shape: Shape, _ rows: RelatedQuery<Record, Element>,
        _ record: @escaping @Sendable (Element) -> Record,
        _ related: @escaping @Sendable (Element) -> [[Record?]]
    ) async throws -> Watch {
        try await list(
            shape, rows.live(coalescing: shape.coalescing),
            { try rows.rows(reading: $1)($0.all()) }
        ) { row in
            let (one, others) = (record(row), related(row))
            return Shown(
                identity: one.key.value.exact,
                text: one.exact + others.map { text($0, \.exact) }.joined(),
                equated: one.equated + others.map { text($0, \.equated) }.joined())
        }
    }

    private static func list<Element: Sendable>(
        _ shape: Shape, _ live: Live<LiveList<Element>>,
        _ run: @escaping @Sendable (Query, SnapshotBucket) throws -> [Element],
        _ show: @escaping @Sendable (Element) -> Shown
    ) async throws -> Watch {
        let watch = try await Watch(shape, live) { snapshot in
            let bucket = try snapshot.bucket("items")
            return try run(shape.query(bucket), bucket).map(show)
        } fault: { update in
            DeltaCheck(
                delta: update.delta(), old: (update.previous ?? nil)?.map(show) ?? [],
                new: update.value.map(show)
            ).fault()
        } violations: { [weak maintainer = live.maintainer] in
            (maintainer as? JoinMaintainer<Element>)?.violations() ?? []
        } _: {
            $0.map(show)
        }
        // Nothing has changed yet: no run is under way.
        (live.maintainer as? ListMaintainer<Element>)?.slack = shape.slack
        return watch
    }
}

/// Records that belong to another.
private func text(_ records: [Record?], _ say: (Record) -> String) -> String {
    " [" + records.map { $0.map(say) ?? "nil" }.joined(separator: "; ") + "]"
}
