import StoreCore

/// How many records match.
final class CountMaintainer: Maintainer<Int>, @unchecked Sendable {
    private let limit: Int
    private let offset: Int
    private var count = 0

    /// The count of what is within the limit and the offset of `query`.
    init(_ query: Query) {
        limit = query.limitAsked ?? .max
        offset = query.offsetAsked
    }

    override func read(
        _ query: Query, _ prepared: PreparedQuery, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws {
        // For what is wrong with limit and offset.
        if limit < 0 || offset < 0 { _ = try query.count() }
        count = try query.unlimited().count()
    }

    override func replace(_ old: Record?, by new: Record?, _ prepared: PreparedQuery) {
        if old != nil { count -= 1 }
        if new != nil { count += 1 }
    }

    override func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) -> Bool? { true }

    override func value() -> Int { min(limit, max(0, count - offset)) }

    override func isSame(_ one: Int, _ other: Int) -> Bool { one == other }
}
