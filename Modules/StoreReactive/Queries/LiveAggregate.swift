public import StoreCore

/// What a live query of records is to work out about them: `orders.query.live(.count)`.
public struct LiveAggregate<Result: Sendable & Equatable>: Sendable {
    let name: String
    /// Keeps it up to date over all records that match; nil where the query asks for a part of them.
    let maintainer: @Sendable (Query) -> Maintainer<Result>?
    /// Works it out from scratch.
    let run: @Sendable (Query) throws -> Result

    init(
        _ name: String, _ maintainer: @escaping @Sendable (Query) -> Maintainer<Result>?,
        _ run: @escaping @Sendable (Query) throws -> Result
    ) {
        self.name = name
        self.maintainer = maintainer
        self.run = run
    }

    /// The same with a result that is made of this one's.
    private static func overAll(
        _ name: String, _ make: @escaping @Sendable () -> Maintainer<Result>,
        _ run: @escaping @Sendable (Query) throws -> Result
    ) -> LiveAggregate {
        LiveAggregate(name, { $0.isLimited ? nil : make() }, run)
    }
}

extension Query {
    /// Whether only a part of the matching records is asked for.
    var isLimited: Bool { limitAsked != nil || offsetAsked != 0 }
}

extension LiveAggregate<Int> {
    /// How many records match.
    ///
    /// - Complexity: O(1) per change.
    public static var count: LiveAggregate {
        LiveAggregate("count", { CountMaintainer($0) }) { try $0.count() }
    }
}

extension LiveAggregate<Value> {
    /// The exact sum of a field; what is no number is passed over, and 0 is the sum of nothing.
    ///
    /// - Complexity: O(1) per change.
    public static func sum(_ field: String) -> LiveAggregate { sum(field) { $0 } }
}

extension LiveAggregate<Double?> {
    /// The exact mean of a field, rounded once; nil for no numbers.
    ///
    /// - Complexity: O(1) per change.
    public static func avg(_ field: String) -> LiveAggregate {
        overAll("avg(\(field))", { TotalMaintainer(of: field) { $0.mean } }) { try $0.avg(field) }
    }
}

extension LiveAggregate<Value?> {
    /// The least value of a field, null and missing aside; nil for none.
    ///
    /// - Complexity: O(log d) per change, for d different values, which are kept.
    public static func min(_ field: String) -> LiveAggregate {
        extreme("min(\(field))", field, { $0.first }, { try $0.min(field) }) { $0 }
    }

    /// The greatest value of a field, null and missing aside; nil for none.
    ///
    /// - Complexity: as ``min(_:)``.
    public static func max(_ field: String) -> LiveAggregate {
        extreme("max(\(field))", field, { $0.last }, { try $0.max(field) }) { $0 }
    }
}

extension LiveAggregate<LiveList<Value>> {
    /// The different values of a field in ascending order, null and missing aside.
    ///
    /// - Complexity: O(log d) per change, for d different values.
    public static func distinct(_ field: String) -> LiveAggregate { distinct(field) { $0 } }
}

// What typed records have of them.
extension LiveAggregate {
    static func sum(_ field: String, as type: Result.Type) -> LiveAggregate
    where Result: StoreValue {
        sum(field) { sum in
            if let number = Result(storeValue: sum) { return number }
            throw QueryError(
                reason: .overflow, message: "The sum \(sum) does not fit \(Result.self).")
        }
    }

    static func mean<Mean: StoreValue & Equatable>(
        _ field: String, as type: Mean.Type
    ) -> LiveAggregate where Result == Mean? {
        let make: @Sendable (Value?) -> Mean? = { $0.flatMap(Mean.init(storeValue:)) }
        return overAll("avg(\(field))", { TotalMaintainer(of: field) { make($0.meanValue) } }) {
            make(try $0.mean(of: field))
        }
    }

    static func least<Property: StoreValue>(
        _ field: String, as type: Property.Type
    ) -> LiveAggregate where Result == Property? {
        extreme("min(\(field))", field, { $0.first }, { try $0.min(field) }) {
            $0.flatMap(Property.init(storeValue:))
        }
    }

    static func greatest<Property: StoreValue>(
        _ field: String, as type: Property.Type
    ) -> LiveAggregate where Result == Property? {
        extreme("max(\(field))", field, { $0.last }, { try $0.max(field) }) {
            $0.flatMap(Property.init(storeValue:))
        }
    }

    static func distinct<Property: StoreValue & Equatable>(
        _ field: String, as type: Property.Type
    ) -> LiveAggregate where Result == LiveList<Property> {
        distinct(field) { Property(storeValue: $0) }
    }

    // MARK: What is made of the values

    fileprivate static func sum(
        _ field: String, _ make: @escaping @Sendable (Value) throws -> Result
    ) -> LiveAggregate {
        overAll("sum(\(field))", { TotalMaintainer(of: field) { try make(try $0.value()) } }) {
            try make(try $0.sum(field))
        }
    }

    fileprivate static func extreme(
        _ name: String, _ field: String,
        _ find: @escaping @Sendable (OrderedTree<ValueCount>) -> ValueCount?,
        _ run: @escaping @Sendable (Query) throws -> Value?,
        _ make: @escaping @Sendable (Value?) -> Result
    ) -> LiveAggregate {
        overAll(name, { ValuesMaintainer(of: field) { make(find($0)?.value) } }) {
            make(try run($0))
        }
    }

    fileprivate static func distinct<Element: Equatable>(
        _ field: String, _ make: @escaping @Sendable (Value) -> Element?
    ) -> LiveAggregate where Result == LiveList<Element> {
        overAll("distinct(\(field))", { GroupsMaintainer(distinct: field, make) }) {
            LiveList(distinct: try $0.distinct(field), make)
        }
    }
}

extension GroupsMaintainer where Element: Equatable {
    /// What is made of the different values of a field.
    convenience init(distinct field: String, _ make: @escaping @Sendable (Value) -> Element?) {
        self.init(by: [field], [], isSameResult) { group in
            group.key.first.flatMap { $0.value.isNull ? nil : make($0.value) }
        }
    }
}

extension LiveList where Element: Equatable {
    /// What is made of different values, in ascending order.
    init(distinct values: [Value], _ make: (Value) -> Element?) {
        let rows = values.compactMap { value in
            make(value).map { ListRow($0, key: [value]) }
        }
        self.init(
            OrderedTree(sorted: rows), ListOrder { isSameResult($0 as Element, $1) })
    }
}
