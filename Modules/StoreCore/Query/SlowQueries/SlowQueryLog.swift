/// A store's slow queries, and which they are.
final class SlowQueryLog: @unchecked Sendable {
    private let threshold: Duration
    private let shapesMax: Int
    private let lock = Lock()
    // Under the lock, which is taken for what is slow and nothing else.
    private var table: SlowQueryTable

    init(over threshold: Duration, keeping shapesMax: Int) {
        self.threshold = threshold
        self.shapesMax = shapesMax
        table = SlowQueryTable(shapesMax: shapesMax)
    }

    var worstFirst: [SlowQuery] { lock.withLock { table.worstFirst } }

    func forget() { lock.withLock { table = SlowQueryTable(shapesMax: shapesMax) } }

    /// The time from which a query is measured; nil if none is.
    fileprivate func start() -> Int64? {
        shapesMax > 0 ? Platform.monotonicMicroseconds() : nil
    }

    /// Takes in a query that began at `start`, if it was slow.
    fileprivate func note(since start: Int64, _ query: (Duration) -> SlowQuery) {
        let duration = Duration.microseconds(max(0, Platform.monotonicMicroseconds() - start))
        guard duration >= threshold else { return }
        let query = query(duration)
        lock.withLock { table.insert(query) }
    }
}

extension Plan {
    /// A query that reads no more than this is not timed: two looks at the clock would be a part of what it takes.
    static let untimedMax = 500

    /// Whether the plan may read so many records or entries that it is worth timing.
    ///
    /// By what it reads at most, not by what it is likely to read: it is when an estimate is wrong that a query is slow.
    @inline(never)
    func readsMany(_ window: ResultWindow, _ isTally: Bool, in view: BucketView) -> Bool {
        let found: Int
        switch access {
        case .nothing, .unique: return false
        case .keys(let keys): return keys.count > Plan.untimedMax
        case .combined(let combined): return combined.entries > Plan.untimedMax
        case .rows: found = view.count
        case .index(let index): found = index.count
        }
        guard found > Plan.untimedMax else { return false }
        guard residual == nil else { return true }
        switch delivery {
        case .direct, .grouped(_, _, isExact: true):
            return !isTally && window.wanted > Plan.untimedMax
        case .grouped, .byRow, .sorted: return true
        }
    }
}

extension ReadMoment {
    /// The time from which a query is measured; nil if none is.
    @inline(never)
    func startTiming() -> Int64? { slowQueries.start() }

    /// Takes note of a query that has been run, if it was slow.
    @inline(never)
    func endTiming(
        _ start: Int64, _ run: QueryRun, _ predicate: Predicate, _ orderings: [Ordering],
        _ method: () -> String
    ) {
        guard run.hasAnswered else { return }
        slowQueries.note(since: start) { duration in
            SlowQuery(
                bucket: run.view.reference.name, method: method(),
                order: orderings.map(\.words).firstFew,
                explanation: run.explanation(predicate.shape), duration: duration,
                position: Position(UInt64(bitPattern: position)), instant: instant)
        }
    }
}

extension Ordering {
    fileprivate var words: String {
        direction == .ascending
            ? path.description.shortened : "\(path.description.shortened) descending"
    }
}
