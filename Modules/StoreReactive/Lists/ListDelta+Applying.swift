extension ListDelta {
    /// The new list, made of the old one and of what has been inserted or updated.
    ///
    /// What a list view does with a delta: `removed` and what `moved` comes from are taken out of the old list, and
    /// what has been moved or inserted is put in, at ascending indices. What has been inserted or updated is taken
    /// from `new`, everything else from `old`.
    ///
    /// ```swift
    /// shown = delta.apply(to: shown, from: update.value)
    /// ```
    ///
    /// - Precondition: The delta is that from `old` to `new`.
    ///
    /// Complexity: O(`old.count` + `new.count`).
    public func apply<Element>(
        to old: [Element], from new: some RandomAccessCollection<Element>
    ) -> [Element] {
        precondition(
            old.count - removed.count + inserted.count == new.count,
            "the delta leads from another list than this one of \(old.count) to one of \(new.count)"
        )
        var isLeaving = Array(repeating: false, count: old.count)
        for index in removed { isLeaving[index] = true }
        for move in moved { isLeaving[move.from] = true }
        var staying = old.indices.lazy.filter { !isLeaving[$0] }.makeIterator()
        var (inserted, moved, updated) = (inserted[...], moved[...], updated[...])
        return new.enumerated().map { index, element in
            if inserted.first == index {
                inserted.removeFirst()
                return element
            }
            let source = moved.first?.to == index ? moved.removeFirst().from : staying.next()
            if updated.first == index {
                updated.removeFirst()
                return element
            }
            guard let source else { preconditionFailure("the delta leads to another list") }
            return old[source]
        }
    }
}
