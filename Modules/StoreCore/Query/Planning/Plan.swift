/// How a query is going to be carried out in one view of a bucket.
///
/// An object, so that handing it around costs one reference.
final class Plan {
    /// Which records are looked at.
    enum Access {
        /// No record can match.
        case nothing
        /// The records with these keys, at most.
        case keys([Key])
        /// The one record with these values in unique constraint `number`, at most.
        case unique(number: Int, [Value])
        /// All records.
        case rows
        case index(IndexAccess)
        /// The rows that several accesses find, put together.
        case combined(CombinedAccess)
    }

    /// How what the access finds comes into the order asked for.
    enum Delivery {
        /// It is in order.
        case direct
        /// Runs of entries that are equal in the first `columns` of the index are in order, or in
        /// reverse order; within a run rows ascend if `isExact`, and otherwise have to be sorted.
        case grouped(columns: Int, isDescending: Bool, isExact: Bool)
        /// By sorting rows, without a look at the records.
        case byRow
        /// By comparing records.
        case sorted
    }

    let access: Access
    let delivery: Delivery
    /// What the access does not ensure by itself; nil if nothing.
    let residual: CompiledPredicate?
    /// The order, without steps in which all records are equal.
    let ordering: CompiledOrdering
    /// The place in that order after which records are wanted.
    let after: RowPlace?
    /// Whether records come from the end of the query's order: rows descend where they otherwise
    /// ascend.
    var isBackward: Bool { ordering.isReversed }

    init(
        _ access: Access, _ delivery: Delivery, residual: CompiledPredicate? = nil,
        _ ordering: CompiledOrdering, after: RowPlace? = nil
    ) {
        self.access = access
        self.delivery = delivery
        self.residual = residual
        self.ordering = ordering
        self.after = after
    }
}

/// A choice of entries of one index.
final class IndexAccess {
    let number: Int
    /// Ranks of the entries, in ascending order, none empty.
    let ranges: [Range<Int>]
    /// The number of entries.
    let count: Int
    /// The values that leading columns must equal.
    let prefix: [Value]
    /// What narrows the entries beyond those.
    private let narrower: (lower: IndexBound, upper: IndexBound)?
    /// The terms of the predicate that the choice answers.
    let answered: [Int]
    /// Where to go on, if records after a place are wanted and entries come in order.
    var resume: Resume?

    /// A place among the entries.
    struct Resume {
        /// The entries that are equal to the place in the columns that the order depends on.
        let run: Range<Int>
        /// The first entry after the place, if rows ascend within the run; read backwards, the one
        /// behind the first.
        let start: Int
    }

    init(
        _ number: Int, _ ranges: [Range<Int>], prefix: [Value],
        within narrower: (lower: IndexBound, upper: IndexBound)? = nil, answered: [Int]
    ) {
        self.number = number
        self.ranges = ranges
        count = ranges.entryCount
        self.prefix = prefix
        self.narrower = narrower
        self.answered = answered
    }

    /// How many leading columns must equal one value each.
    var constants: Int { prefix.count }

    /// All entries lie between these.
    var bounds: (lower: IndexBound, upper: IndexBound) {
        narrower ?? (.before(prefix), .after(prefix))
    }
}
