public import StoreCore

/// What a live query of typed records is to work out about them: `orders.query.live(.sum(\.total))`.
public struct TypedLiveAggregate<Model: StoreRecord, Result: Sendable & Equatable>: Sendable {
    let aggregate: @Sendable () throws -> LiveAggregate<Result>

    private init(_ aggregate: LiveAggregate<Result>) { self.aggregate = { aggregate } }

    private init(_ path: PartialKeyPath<Model>, _ make: (String) -> LiveAggregate<Result>) {
        if let name = Model.schema.field(path) {
            self.init(make(name))
            return
        }
        let error = QueryError(
            reason: .unknownField,
            message: "A property of \(Model.self) is asked for that is no column of its schema.")
        self = TypedLiveAggregate(failing: error)
    }

    private init(
        summing path: KeyPath<Model, some StoreValue>, _ make: (String) -> LiveAggregate<Result>
    ) {
        do throws(QueryError) {
            self.init(make(try Model.schema.field(summing: path)))
        } catch {
            self = TypedLiveAggregate(failing: error)
        }
    }

    private init(failing error: QueryError) { aggregate = { throw error } }
}

extension TypedLiveAggregate where Result == Int {
    /// How many records match; see ``LiveAggregate/count``.
    public static var count: TypedLiveAggregate { TypedLiveAggregate(.count) }
}

extension TypedLiveAggregate where Result: StoreValue & Numeric {
    /// The exact sum of a number; 0 for none.
    ///
    /// A sum that does not fit the property's type is `QueryError` (`overflow`).
    public static func sum(_ path: KeyPath<Model, Result>) -> TypedLiveAggregate {
        TypedLiveAggregate(summing: path) { .sum($0, as: Result.self) }
    }
}

extension TypedLiveAggregate {
    /// The exact mean of a number, rounded once; nil for none.
    public static func avg<Number: StoreNumber>(
        _ path: KeyPath<Model, Number>
    ) -> TypedLiveAggregate where Result == Number.Mean? {
        TypedLiveAggregate(summing: path) { .mean($0, as: Number.Mean.self) }
    }
}

extension TypedLiveAggregate {
    /// The least value of a property; nil for none.
    public static func min<Property: StoreValue & Equatable>(
        _ path: KeyPath<Model, Property>
    ) -> TypedLiveAggregate where Result == Property? {
        TypedLiveAggregate(path) { .least($0, as: Property.self) }
    }

    /// The greatest value of a property; nil for none.
    public static func max<Property: StoreValue & Equatable>(
        _ path: KeyPath<Model, Property>
    ) -> TypedLiveAggregate where Result == Property? {
        TypedLiveAggregate(path) { .greatest($0, as: Property.self) }
    }

    /// The different values of a property in ascending order.
    public static func distinct<Property: StoreValue & Equatable>(
        _ path: KeyPath<Model, Property>
    ) -> TypedLiveAggregate where Result == LiveList<Property> {
        TypedLiveAggregate(path) { .distinct($0, as: Property.self) }
    }
}
