/// A query that a store knows by name: a body that is run again when something changes that it has read.
///
/// Made by `Store.define`. Equal parameters share one evaluation, whoever asks.
public struct QueryDefinition<Parameters: Hashable & Sendable, Value: Sendable>: Sendable {
    /// The name.
    public let name: String
    let body: QueryBody<Parameters, Value>

    init(_ name: String, _ body: QueryBody<Parameters, Value>) {
        self.name = name
        self.body = body
    }
}

/// The parameters of a query that has none.
public struct NoParameters: Sendable, Hashable {
    /// The only value.
    public init() {}
}

/// What a query does, and when two results count as one.
///
/// Its identity is that of its definition.
final class QueryBody<Parameters: Hashable & Sendable, Value: Sendable>: Sendable {
    let run: @Sendable (QueryContext, Parameters) async throws -> Value
    let isSame: @Sendable (Value, Value) -> Bool

    init(
        _ run: @escaping @Sendable (QueryContext, Parameters) async throws -> Value,
        _ isSame: @escaping @Sendable (Value, Value) -> Bool
    ) {
        self.run = run
        self.isSame = isSame
    }
}
