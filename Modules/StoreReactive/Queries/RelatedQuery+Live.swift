public import StoreCore

extension RelatedQuery {
    /// The rows, each a record with what it is related to, kept up to date from what changes in all of their buckets.
    ///
    /// ```swift
    /// let open = orders.where { $0.status == .pending }.with(\.customerID, Customer.self).live()
    /// ```
    ///
    /// - Parameter coalescing: how often results are made.
    /// - Returns: as ``StoreCore/Query/live(coalescing:)``; an evaluation of one's own for each who asks.
    /// - Complexity: O(log n) for a change of a record, and as `all()` for the rows that a change of what they are related to
    ///   concerns; every record that has a row is kept.
    public func live(coalescing: Coalescing = .latest) -> Live<LiveList<Element>> {
        do {
            let rows = rows
            return try base().live("related", coalescing, isShared: false) { query in
                JoinMaintainer(query) { try rows($0) }
            }
        } catch {
            return Live(failing: error)
        }
    }
}
