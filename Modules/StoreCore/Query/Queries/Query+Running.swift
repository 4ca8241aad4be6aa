/// What a terminal method needs of the order of records.
enum OrderNeed {
    /// The order asked for, or the bucket's.
    case asked
    /// Which records are in the window depends on it; without a window, nothing does.
    case ofWindow
    /// None: the result does not depend on it.
    case none
}

/// A query that is being run.
struct QueryRun {
    let view: BucketView
    /// The whole order, as the query asks for it.
    let ordering: CompiledOrdering
    var execution: Execution
    let window: ResultWindow
    /// False if the plan turned out to be none that answers, so that the query is run in another way.
    var hasAnswered = true
}

extension Query {
    /// Runs the query in one view of the bucket, and records what it has read.
    ///
    /// - Parameters:
    ///   - method: what is asked, for the list of slow queries.
    ///   - limit: at most this many records are needed, whatever the query's limit.
    ///   - need: what `body` needs of the order.
    ///   - cursor: records are needed after this place only.
    ///   - isBackward: records come in the reverse of the order, `after` turned round with it.
    ///   - isCut: the result depends on the order, beyond what `fields` and the last record tell.
    ///   - isTally: only the number of records is wanted.
    ///   - total: all that is wanted of the records.
    ///   - fields: what matters to `body` beside the fields of predicate and order.
    ///   - body: returns its result, and the last record it has seen if it has not seen all that
    ///     match.
    /// - Returns: what `body` returns as its result.
    /// - Throws: ``QueryError``, and what the reader throws when it is stopped or its bucket is
    ///   gone.
    @inline(__always)
    func run<R>(
        _ method: @autoclosure () -> String, limit: Int? = nil, need: OrderNeed,
        after cursor: Cursor? = nil, isBackward: Bool = false,
        isCut: Bool = false, isTally: Bool = false, covering total: Total? = nil,
        reading fields: @autoclosure () -> FieldMask,
        _ body: (inout QueryRun) throws -> (result: R, last: RecordRef?)
    ) throws -> R {
        let isCut = isCut || need == .ofWindow && isWindowed
        let isOrdered = need == .asked || isCut
        return try source.run(
            method(), predicate, isOrdered ? orderings : [], isOrdered: isOrdered,
            try window(limit: limit),
            isCut: isCut, isTally: isTally, after: cursor, isBackward: isBackward, covering: total,
            reading: fields(), body)
    }
}

extension ReadSource {
    /// The same for a query in its parts.
    ///
    /// `isCut` says that the order decides which records `body` takes into account, beyond what
    /// `fields` and the last record it has seen tell.
    @inline(__always)
    func run<R>(
        _ method: @autoclosure () -> String, _ predicate: Predicate, _ orderings: [Ordering],
        isOrdered: Bool, _ window: ResultWindow, isCut: Bool = false, isTally: Bool = false,
        after cursor: Cursor? = nil, isBackward: Bool = false,
        covering total: Total? = nil, reading fields: @autoclosure () -> FieldMask,
        _ body: (inout QueryRun) throws -> (result: R, last: RecordRef?)
    ) throws -> R {
        try withMoment { view, recorder, moment in
            let layout = view.layout
            let ordering = try CompiledOrdering.make(orderings, bucketOrder: isOrdered, for: layout)
            let after = try cursor?.place(in: ordering, of: view, recorder)
            let plan = try Planner.plan(
                predicate, isBackward ? ordering.reversed() : ordering, isOrdered: isOrdered,
                after: after, wanted: window.wanted,
                covering: total?.coveredSlot(in: layout) ?? -1, isTally: isTally, in: view)
            var run = QueryRun(
                view: view, ordering: ordering, execution: Execution(plan, in: view),
                window: window)
            let start = plan.readsMany(window, isTally, in: view) ? moment.startTiming() : nil
            let (result, last): (R, RecordRef?)
            do { (result, last) = try body(&run) } catch {
                // Who goes on knows that it has failed.
                try? recorder?.note(
                    predicate, plan, ordering, after: nil, through: nil, reading: .all, in: view)
                throw error
            }
            if let start { moment.endTiming(start, run, predicate, orderings, method) }
            if let recorder {
                let place = isOrdered ? last.map { ordering.place(of: $0) } : nil
                var mask = fields()
                if isCut { mask.formUnion(ordering.fields) }
                // Read backwards, the range begins just before what was seen last.
                let bound = isBackward ? place.map { $0.advanced(by: -1) } : after
                try recorder.note(
                    predicate, plan, ordering, after: bound, through: isBackward ? after : place,
                    reading: mask, in: view)
            }
            return result
        }
    }
}

extension CompiledOrdering {
    /// The order asked for, or else the bucket's own if that is wanted.
    ///
    /// - Throws: ``QueryError`` if a strict bucket does not declare a field.
    static func make(
        _ orderings: [Ordering], bucketOrder: Bool, for layout: Layout
    ) throws(QueryError) -> CompiledOrdering {
        orderings.isEmpty && bucketOrder && layout.keyOrderIndex != nil
            ? CompiledOrdering(byKeyOf: layout) : try CompiledOrdering(orderings, for: layout)
    }
}
