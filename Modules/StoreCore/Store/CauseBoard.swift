import Synchronization

/// Knows which commits follow from those before a call of `settle()`, and which lines of causes were cut.
///
/// A commit follows from what was there at a position if its origin lies there. So unrelated writers prolong nothing.
/// What a component writes by itself while it is drained for the first time is counted in too: a sweeper may just be
/// deleting what was due when `settle()` was called.
///
/// Lock order: W, this lock, S.
final class CauseBoard: @unchecked Sendable {
    /// One call of `settle()`.
    final class Tracker: @unchecked Sendable {
        // All of it under the board's lock.
        /// What follows from the commits up to here counts.
        fileprivate var bound = Position.start
        /// The last commit that counts.
        fileprivate var frontier = Position.start
        /// What led to it.
        fileprivate var causation: Causation?
        /// The line of causes that was cut.
        fileprivate var endless: String?
        /// Those whose first drain has not returned.
        fileprivate var unsettled: [ComponentLife] = []
        /// Whose drain has not returned.
        fileprivate var drained: [any StoreComponent] = []
    }

    /// How many causes may lead to a write.
    let causesMax: Int
    private let isWatched = Atomic<Bool>(false)
    private let lock = Lock()
    // All of it under `lock`.
    private var trackers: [Tracker] = []
    /// The last line that was cut and that no call of `settle()` has told of.
    private var untold: String?

    init(causesMax: Int) { self.causesMax = max(1, causesMax) }

    // MARK: Commits

    /// Takes note of a commit that has been applied.
    ///
    /// Under W, before observers are told. Who began to watch before the commit was applied is seen here: the position
    /// that the tracker begins with was read under S after that.
    @inline(__always)
    func note(_ commit: CommitStorage, _ context: StoreContext?) {
        if isWatched.load(ordering: .relaxed) { noteWatched(commit, context) }
    }

    @inline(never)
    private func noteWatched(_ storage: CommitStorage, _ context: StoreContext?) {
        let commit = Commit(storage: storage)
        let lives = commit.causation?.origin == nil ? context?.values.lives ?? [] : []
        lock.withLock {
            for tracker in trackers {
                if tracker.unsettled.contains(where: { life in lives.contains { $0 === life } }) {
                    tracker.bound = commit.position
                }
                guard commit.origin <= tracker.bound else { continue }
                tracker.frontier = commit.position
                tracker.causation = commit.causation
            }
        }
    }

    /// Refuses a write that too many causes have led to.
    @inline(__always)
    func check(_ context: StoreContext?) throws {
        guard let context, let causation = context.causation, causation.depth > causesMax else {
            return
        }
        throw refuse(causation)
    }

    @inline(never)
    private func refuse(_ causation: Causation) -> StoreError {
        let line = causation.folded
        lock.withLock {
            let waiting = trackers.filter { tracker in
                causation.origin.map { $0 <= tracker.bound } ?? false
            }
            for tracker in waiting { tracker.endless = line }
            if waiting.isEmpty { untold = line }
        }
        return StoreError(.doesNotSettle(line))
    }

    // MARK: Waiting

    /// Begins to watch what follows from the commits so far.
    func track(_ lives: [ComponentLife], from position: () -> Position) -> Tracker {
        let tracker = Tracker()
        lock.withLock {
            trackers.append(tracker)
            isWatched.store(true, ordering: .relaxed)
            tracker.bound = position()
            tracker.frontier = tracker.bound
            tracker.unsettled = lives
            swap(&tracker.endless, &untold)
        }
        return tracker
    }

    func forget(_ tracker: Tracker) {
        lock.withLock {
            trackers.removeAll { $0 === tracker }
            if trackers.isEmpty { isWatched.store(false, ordering: .relaxed) }
        }
    }

    func frontier(_ tracker: Tracker) -> Position { lock.withLock { tracker.frontier } }

    func endless(_ tracker: Tracker) -> String? { lock.withLock { tracker.endless } }

    /// What led to the last commit that counts.
    func line(_ tracker: Tracker) -> String? { lock.withLock { tracker.causation }?.folded }

    func beginDrain(_ component: any StoreComponent, for tracker: Tracker) {
        lock.withLock { tracker.drained.append(component) }
    }

    func endDrain(_ component: any StoreComponent, _ life: ComponentLife, for tracker: Tracker) {
        lock.withLock {
            tracker.drained.removeAll { $0 === component }
            tracker.unsettled.removeAll { $0 === life }
        }
    }

    /// Those whose drain has not returned.
    func awaited(_ tracker: Tracker) -> [any StoreComponent] { lock.withLock { tracker.drained } }
}

extension Causation {
    /// The line from its first cause to this one; where it goes in a circle, that circle once.
    ///
    /// `bucket.a.updated → bucket.b.updated → bucket.a.updated`
    var folded: String {
        let labels = chain.map(\.label)
        // The first cause of all stands behind a gap.
        let recent = labels.count > Causation.keptMax ? Array(labels.dropLast()) : labels
        let arrow = " → "
        if let length = Causation.period(of: recent) {
            var circle = Array(recent.prefix(length))
            // Told from where it began, if that is part of it.
            if let first = labels.last, let place = circle.lastIndex(of: first) {
                circle = Array(circle[place...] + circle[..<place])
            }
            return (circle + circle.prefix(1)).reversed().joined(separator: arrow)
        }
        let shown = labels.prefix(Causation.shownMax).reversed().joined(separator: arrow)
        return labels.count > Causation.shownMax ? "…\(arrow)\(shown)" : shown
    }

    /// How many causes of a line without a circle are shown.
    private static let shownMax = 8

    /// After how many labels they come again, if they all do.
    private static func period(of labels: [String]) -> Int? {
        guard labels.count >= 4 else { return nil }
        return (1...labels.count / 2).first { length in
            labels.indices.dropLast(length).allSatisfy { labels[$0] == labels[$0 + length] }
        }
    }

    /// The same cause, as following from what was there at a position.
    func following(_ position: Position) -> Causation {
        if let origin, origin <= position { return self }
        return Causation(self, origin: position)
    }
}
