public import StoreCore

extension GroupedQuery {
    /// The groups with what `aggregates` say of each, in ascending order, kept up to date from what changes.
    ///
    /// ```swift
    /// let byStatus = orders.groupBy("status").live(.count, .sum("total"))
    /// ```
    ///
    /// - Parameters:
    ///   - aggregates: what is worked out for each group.
    ///   - coalescing: how often.
    /// - Returns: as ``StoreCore/Query/live(coalescing:)``.
    /// - Complexity: O(log g) for a change, for g groups; with `min` and `max` O(log d) for the d different values of a group,
    ///   which are kept. Of a query with a limit or an offset, all is worked out anew when what it has read changes.
    public func live(
        _ aggregates: Aggregate..., coalescing: Coalescing = .latest
    ) -> Live<LiveList<Group>> {
        live(aggregates, coalescing, isSameResult) { $0 }
    }

    func live<Element: Sendable>(
        _ aggregates: [Aggregate], _ coalescing: Coalescing,
        _ isSame: @escaping @Sendable (Element, Element) -> Bool,
        _ make: @escaping @Sendable (Group) -> Element?
    ) -> Live<LiveList<Element>> {
        let fields = fields
        let names = aggregates.map { [$0.kind.rawValue, $0.field ?? "", $0.name] }
        // Quoted: names may have commas.
        let what = "groupBy(\(fields)) \(names)"
        guard query.isLimited else {
            return query.unordered().live(what, coalescing) { _ in
                GroupsMaintainer(by: fields, aggregates, isSame, make)
            }
        }
        return query.live(what, coalescing, { $0.elementsEqual($1, by: isSame) }) { query in
            let groups = try query.groupBy(fields).aggregate(aggregates)
            return LiveList(groups: groups, isSame, make)
        }
    }
}

extension TypedGroups {
    /// The groups with what `aggregates` say of each, in ascending order of the property, kept up to date from what changes;
    /// records without a value aside.
    ///
    /// ```swift
    /// let byStatus = orders.query.groupBy(\.status).live(.count, .sum(\.total))
    /// ```
    ///
    /// - Parameters:
    ///   - aggregates: what is worked out for each group.
    ///   - coalescing: how often.
    /// - Returns: as ``StoreCore/GroupedQuery/live(_:coalescing:)``.
    public func live(
        _ aggregates: TypedAggregate<Model>..., coalescing: Coalescing = .latest
    ) -> Live<LiveList<TypedGroup<Model, Property>>> {
        do {
            let names = try aggregates.map { try $0.dynamic() }
            return try checked().live(names, coalescing, { $0.dynamic.isIdentical(to: $1.dynamic) })
            {
                TypedGroup($0)
            }
        } catch {
            return Live(failing: error)
        }
    }
}

extension LiveList {
    /// What is made of groups, in ascending order.
    init(
        groups: [Group], _ isSame: @escaping @Sendable (Element, Element) -> Bool,
        _ make: (Group) -> Element?
    ) {
        let rows = groups.compactMap { group in
            make(group).map { ListRow($0, key: group.key.map(\.value)) }
        }
        self.init(OrderedTree(sorted: rows), ListOrder(isSame))
    }
}
