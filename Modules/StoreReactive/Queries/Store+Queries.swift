public import StoreCore

extension Store {
    /// Defines a query with parameters.
    ///
    /// ```swift
    /// let ordersOf = try store.define("ordersOf", for: String.self) { ctx, customer in
    ///     try ctx[Order.self].where { $0.customerID == customer }.all()
    /// }
    /// for try await update in store.live(ordersOf, "ALFKI") { show(update.value) }
    /// ```
    ///
    /// The body reads through its context alone, and must depend on nothing else that changes. It may suspend: it
    /// sees one state from its first line to its last. It is run in tasks of the store's, at any time, and once for all
    /// who ask with equal parameters.
    ///
    /// - Parameters:
    ///   - name: unique in the store.
    ///   - parameters: their type.
    ///   - body: the query.
    /// - Returns: the definition, by which the query is asked for.
    /// - Throws: ``LiveQueryError`` (`alreadyDefined`); `StoreError` (`stopped`).
    @discardableResult
    public func define<Parameters, Value: Equatable>(
        _ name: String, for parameters: Parameters.Type = Parameters.self,
        _ body: @escaping @Sendable (QueryContext, Parameters) async throws -> Value
    ) throws -> QueryDefinition<Parameters, Value> {
        try define(name, for: parameters, removingDuplicates: isSameResult, body)
    }

    /// The same for results of which the caller says when two are the same.
    ///
    /// - Parameters:
    ///   - name: unique in the store.
    ///   - parameters: their type.
    ///   - isSame: whether the second of two results is not worth being delivered after the first.
    ///   - body: the query.
    /// - Returns: the definition, by which the query is asked for.
    /// - Throws: as the other `define`.
    @discardableResult
    public func define<Parameters, Value>(
        _ name: String, for parameters: Parameters.Type = Parameters.self,
        removingDuplicates isSame: @escaping @Sendable (Value, Value) -> Bool,
        _ body: @escaping @Sendable (QueryContext, Parameters) async throws -> Value
    ) throws -> QueryDefinition<Parameters, Value> {
        let body = QueryBody(body, isSame)
        try LiveHub.of(self).define(name, body)
        return QueryDefinition(name, body)
    }

    /// Defines a query without parameters.
    ///
    /// - Throws: as the other `define`.
    @discardableResult
    public func define<Value: Equatable>(
        _ name: String, _ body: @escaping @Sendable (QueryContext) async throws -> Value
    ) throws -> QueryDefinition<NoParameters, Value> {
        try define(name, removingDuplicates: isSameResult, body)
    }

    /// Defines a query without parameters whose results are compared as the caller says.
    ///
    /// - Throws: as the other `define`.
    @discardableResult
    public func define<Value>(
        _ name: String, removingDuplicates isSame: @escaping @Sendable (Value, Value) -> Bool,
        _ body: @escaping @Sendable (QueryContext) async throws -> Value
    ) throws -> QueryDefinition<NoParameters, Value> {
        try define(name, for: NoParameters.self, removingDuplicates: isSame) { context, _ in
            try await body(context)
        }
    }

    /// Takes a definition back: its name is free, and those who watch the query are told ``LiveQueryError``
    /// (`notDefined`) and nothing more.
    ///
    /// - Returns: whether there was a query of this name.
    @discardableResult
    public func undefine(_ name: String) -> Bool {
        LiveHub.existing(self)?.undefine(name) ?? false
    }

    // MARK: Running

    /// Runs a query once, on the current state.
    ///
    /// - Throws: what the query throws; ``LiveQueryError``; `StoreError` (`stopped`).
    public func run<Parameters, Value>(
        _ query: QueryDefinition<Parameters, Value>, _ parameters: Parameters
    ) async throws -> Value {
        try LiveHub.of(self).check(query)
        return try await query.body.run(
            QueryContext(run: QueryRun(self, try snapshot())), parameters)
    }

    /// Runs a query without parameters once, on the current state.
    ///
    /// - Throws: as `run` with parameters.
    public func run<Value>(_ query: QueryDefinition<NoParameters, Value>) async throws -> Value {
        try await run(query, NoParameters())
    }

    // MARK: Watching

    /// The results of a query, from now on.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - parameters: its parameters; all who ask with equal ones, and the same `coalescing`, share one evaluation.
    ///   - coalescing: how often it is run.
    /// - Returns: the live query, which is kept up to date as long as somebody holds it or has subscribed to it. What
    ///   is wrong with it is thrown by its first use.
    public func live<Parameters, Value>(
        _ query: QueryDefinition<Parameters, Value>, _ parameters: Parameters,
        coalescing: Coalescing = .latest
    ) -> Live<Value> {
        Live(self, query.name, query.body, parameters, coalescing, isDefined: true)
    }

    /// The results of a query without parameters, from now on.
    public func live<Value>(
        _ query: QueryDefinition<NoParameters, Value>, coalescing: Coalescing = .latest
    ) -> Live<Value> {
        live(query, NoParameters(), coalescing: coalescing)
    }

    /// The results of a query that has no name, from now on.
    ///
    /// ```swift
    /// let open = store.live { ctx in try ctx[Order.self].where { $0.status == .pending }.count() }
    /// ```
    public func live<Value: Equatable>(
        coalescing: Coalescing = .latest,
        _ body: @escaping @Sendable (QueryContext) async throws -> Value
    ) -> Live<Value> {
        live(coalescing: coalescing, removingDuplicates: isSameResult, body)
    }

    /// The same for results of which the caller says when two are the same.
    public func live<Value>(
        coalescing: Coalescing = .latest,
        removingDuplicates isSame: @escaping @Sendable (Value, Value) -> Bool,
        _ body: @escaping @Sendable (QueryContext) async throws -> Value
    ) -> Live<Value> {
        let body = QueryBody<NoParameters, Value>({ context, _ in try await body(context) }, isSame)
        return Live(self, "query", body, NoParameters(), coalescing, isDefined: false)
    }

    /// Calls a handler with the results of a query: with the first one, and then whenever it changes.
    ///
    /// - Throws: what the query throws when it is run first; ``LiveQueryError``; `StoreError` (`stopped`). Nobody is
    ///   subscribed then.
    @discardableResult
    public func subscribe<Parameters, Value>(
        _ query: QueryDefinition<Parameters, Value>, _ parameters: Parameters,
        coalescing: Coalescing = .latest, initial: InitialResult = .deliver,
        onError: (@Sendable (any Error) -> Void)? = nil,
        _ handler: @escaping @isolated(any) @Sendable (LiveUpdate<Value>) async throws -> Void
    ) async throws -> Subscription {
        try await live(query, parameters, coalescing: coalescing)
            .subscribe(initial: initial, onError: onError, handler)
    }

    /// The same for a query without parameters.
    ///
    /// - Throws: as the other `subscribe`.
    @discardableResult
    public func subscribe<Value>(
        _ query: QueryDefinition<NoParameters, Value>, coalescing: Coalescing = .latest,
        initial: InitialResult = .deliver, onError: (@Sendable (any Error) -> Void)? = nil,
        _ handler: @escaping @isolated(any) @Sendable (LiveUpdate<Value>) async throws -> Void
    ) async throws -> Subscription {
        try await live(query, coalescing: coalescing)
            .subscribe(initial: initial, onError: onError, handler)
    }

    // MARK: Looking

    /// The live queries that are kept up to date, in the order in which they came.
    public func queries() -> [LiveQueryStatus] { LiveHub.existing(self)?.statuses ?? [] }
}
