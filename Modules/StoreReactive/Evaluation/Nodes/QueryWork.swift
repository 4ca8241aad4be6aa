import StoreCore

/// How a query's result is come by.
protocol QueryWork<Value>: Sendable {
    associatedtype Value: Sendable

    /// Whether the result is kept up to date from what is committed.
    var isMaintained: Bool { get }

    /// Whether the query can not go on after an error.
    func isFinal(_ error: any Error) -> Bool

    /// Brings the result up to date at once, if that takes next to no time.
    func advance(_ run: QueryRun, of node: ValueNode<Value>) -> NodeResult?

    /// Runs the query; what it returns takes the result in, under the lock.
    func evaluate(_ run: QueryRun, of node: ValueNode<Value>) async -> NodeResult
}

/// A query that is run anew whenever something changes that it has read.
struct FunctionWork<Value: Sendable>: QueryWork {
    /// The bucket without which it can not go on, if it is a query of one handle's.
    private let bucket: String?
    private let body: @Sendable (QueryContext) async throws -> Value
    private let isSame: @Sendable (Value, Value) -> Bool

    init(
        of bucket: String? = nil,
        _ body: @escaping @Sendable (QueryContext) async throws -> Value,
        _ isSame: @escaping @Sendable (Value, Value) -> Bool
    ) {
        self.bucket = bucket
        self.body = body
        self.isSame = isSame
    }

    var isMaintained: Bool { false }

    func isFinal(_ error: any Error) -> Bool {
        bucket.map { (error as? StoreError)?.reason == .bucketDropped($0) } ?? false
    }

    func advance(_ run: QueryRun, of node: ValueNode<Value>) -> NodeResult? { nil }

    func evaluate(_ run: QueryRun, of node: ValueNode<Value>) async -> NodeResult {
        do {
            let value = try await body(QueryContext(run: run))
            // The caller's comparison may take long, and is no matter of the lock's.
            let isNew = (run.previous as? Value).map { !isSame($0, value) } ?? true
            return node.result(value, isNew: isNew, of: run)
        } catch {
            // A bucket that records are related to, for one, may be defined again.
            if let name = (error as? StoreError)?.bucket { run.noteAbsent(name) }
            return node.result(error, of: run)
        }
    }
}
