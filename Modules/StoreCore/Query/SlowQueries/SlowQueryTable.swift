/// The worst query of each shape, for a limited number of shapes.
struct SlowQueryTable {
    private let shapesMax: Int
    private var queries: [SlowQuery.Shape: SlowQuery] = [:]

    init(shapesMax: Int) { self.shapesMax = shapesMax }

    /// Takes a query in, if it is worse than the least that is kept or its shape is known.
    ///
    /// Complexity: O(1) for a known shape or while there is room, otherwise O(shapes).
    mutating func insert(_ query: SlowQuery) {
        let shape = query.shape
        if let known = queries[shape] {
            queries[shape] = known.duration < query.duration ? query : known
            queries[shape]?.count = known.count + 1
            return
        }
        if queries.count >= shapesMax {
            guard let least = queries.min(by: { $0.value.duration < $1.value.duration }),
                least.value.duration < query.duration
            else { return }
            queries[least.key] = nil
        }
        queries[shape] = query
    }

    /// The queries, the worst first.
    var worstFirst: [SlowQuery] {
        queries.values.sorted {
            ($0.duration, $1.position.value) > ($1.duration, $0.position.value)
        }
    }
}
