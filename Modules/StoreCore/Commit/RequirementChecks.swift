// Is what was read still true?
// ============================
//
// A commit may require that nothing it has read has changed since a snapshot. What happened since
// can be long, and while W is held everybody waits, so it is looked at without W first, up to a
// later snapshot that is carried along; under W only what came after that one is left. If that is
// much after all, the commit gives W up, takes the writers' turn, and catches up once more while
// hardly anybody can write.
//
// The history in memory answers first. Where it cannot, since it has forgotten, or since it keeps
// no old images and so only suspects, the two versions themselves are compared: what they share is
// not visited.

/// The requirements of one commit, and how far each is known to hold.
struct RequirementChecks {
    private var requirements: [CommitRequirement]
    private let store: Store
    /// For each requirement, the later snapshot through which it holds, if it was looked at since
    /// its own.
    private var through: [Snapshot?]
    /// Changes that were looked at, in commits or between versions.
    private(set) var examined = 0
    /// For each, the instant up to which no deadline that has passed matters.
    private var instants: [Timestamp?]

    /// How many changes may be looked at under W while writers wait for a lock.
    static let fewMax = 256

    init(_ requirements: [CommitRequirement], of store: Store) {
        self.requirements = requirements
        self.store = store
        through = Array(repeating: nil, count: requirements.count)
        instants = Array(repeating: nil, count: requirements.count)
    }

    /// Looks at everything up to now; the caller does not hold W.
    ///
    /// - Throws: `ConflictError` if a requirement does not hold, `StoreError`.
    mutating func catchUp() throws {
        var now: Snapshot?
        for index in requirements.indices {
            guard case .unchanged(let reads, let snapshot) = requirements[index].kind else {
                continue
            }
            guard snapshot.isOf(store) else {
                throw StoreError(.anotherStore("The snapshot of a read set"))
            }
            let known = through[index] ?? snapshot
            // As long as nobody commits nothing is held, and the commit is made in place.
            guard known.position < store.position else { continue }
            let later = try now ?? store.snapshot()
            now = later
            _ = try check(
                reads, at: snapshot.instant, from: known, through: later.position, to: later,
                within: .max)
            through[index] = later
            let instant = instants[index] ?? snapshot.instant
            _ = try checkDeadlines(
                of: reads, after: instant, through: later.instant, in: later.pin.root, within: .max)
            instants[index] = later.instant
        }
    }

    /// Whether everything holds at the current version; the caller holds W.
    ///
    /// What was carried along is let go, so that the commit disturbs no snapshot of its own.
    ///
    /// - Parameters:
    ///   - budget: how many changes may be looked at.
    ///   - now: the instant of the commit.
    /// - Returns: false if that was not enough, so that nothing is known.
    /// - Throws: `ConflictError` if a requirement does not hold.
    mutating func hold(lookingAtMost budget: Int, at now: Timestamp) throws -> Bool {
        if requirements.isEmpty { return true }
        let store = store
        let current = Position(UInt64(bitPattern: store.state.positionForWriter))
        let most = budget == .max ? budget : examined + budget
        for index in requirements.indices {
            switch requirements[index].kind {
            case .version(let bucket, let key, let version):
                try check(version, of: key, in: bucket)
            case .unchanged(let reads, let snapshot):
                let known = through[index] ?? snapshot
                if known.position < current {
                    let isChecked = try check(
                        reads, at: snapshot.instant, from: known, through: current,
                        to: store.snapshotForWriter(), within: most)
                    guard isChecked else { return false }
                }
                let isSettled = try checkDeadlines(
                    of: reads, after: instants[index] ?? snapshot.instant, through: now,
                    in: store.state.rootForWriter, within: most)
                guard isSettled else { return false }
            }
        }
        // Whatever is held here would be copied by the commit.
        requirements = []
        through = []
        return true
    }

    /// Checks that no record expires between two instants that the reads meet.
    ///
    /// O(records with deadlines between the two) in the buckets that were read.
    ///
    /// - Returns: false if more of them than asked would have to be looked at.
    private mutating func checkDeadlines(
        of reads: ReadSet, after instant: Timestamp, through now: Timestamp, in root: StoreNode,
        within most: Int
    ) throws -> Bool {
        guard now > instant else { return true }
        for bucket in reads.buckets {
            guard let identity = store.catalog.identity(bucket.name),
                identity.reference == bucket, let node = root.bucket(identity)
            else { continue }
            let view = BucketView(node, store.state.seed)
            guard view.nextDeadline <= now.microseconds else { continue }
            let due =
                view.deadlines.rank(
                    ofDeadlinesThrough: instant.microseconds)..<view.deadlines.rank(
                    ofDeadlinesThrough: now.microseconds)
            guard due.count <= most - examined else { return false }
            examined += due.count
            var met: (change: Change, meeting: ReadSet.Meeting)?
            view.deadlines.scan(ranks: due, ascending: true) { row in
                guard let record = view.record(row: row) else { return true }
                let change = Change(
                    ChangeEntry(
                        bucket: identity.layout, kind: .deleted, reason: .expired, new: nil,
                        old: record.storage, deletedKey: nil, hash: 0))
                met = reads.meeting(change).map { (change, $0) }
                return met == nil
            }
            if let met {
                throw ConflictError(
                    changedBy: nil, met.meeting, bucket: bucket.name, key: met.change.key)
            }
        }
        return true
    }

    private func check(_ version: Int?, of key: Key, in bucket: DynamicBucket) throws {
        try bucket.check(isOf: store)
        let actual = try store.writerReader(bucket.identity, store.now).get(key)?.version
        guard actual == version else {
            throw ConflictError(bucket.name, key, expected: version, actual: actual)
        }
    }

    /// Looks at what happened between a snapshot and a later position, of which `later` is a
    /// snapshot.
    ///
    /// - Returns: false if `most` were examined before all was.
    /// - Throws: `ConflictError` if any of it concerns `reads`.
    private mutating func check(
        _ reads: ReadSet, at instant: Timestamp, from known: Snapshot, through position: Position,
        to later: @autoclosure () -> Snapshot, within most: Int
    ) throws -> Bool {
        switch try checkHistory(
            reads, at: instant, after: known.position, through: position, within: most)
        {
        case .holds: return true
        case .unknown: break
        }
        let later = later()
        for bucket in reads.buckets where !known.hasSameDefinition(of: bucket, as: later) {
            throw ConflictError(changedBy: position, bucket: bucket.name)
        }
        var conflict: (change: Change, meeting: ReadSet.Meeting)?
        var isOver = false
        _ = known.forEachDifference(to: later, in: reads.covers) { change in
            guard examined < most else {
                isOver = true
                return false
            }
            examined += 1
            conflict = reads.meeting(change, readAt: instant).map { (change, $0) }
            return conflict == nil
        }
        if let conflict {
            // A record knows the commit that has written it; what has deleted one is only known to lie before.
            let written = conflict.change.new.map {
                Position(UInt64(bitPattern: RecordRef($0.storage).stamp))
            }
            throw ConflictError(
                changedBy: written ?? position, conflict.meeting,
                bucket: conflict.change.bucket.name, key: conflict.change.key)
        }
        return !isOver
    }

    private enum HistoryAnswer {
        case holds
        /// The versions themselves decide.
        case unknown
    }

    /// Asks the history in memory.
    ///
    /// - Throws: `ConflictError` if it is sure of a conflict.
    private mutating func checkHistory(
        _ reads: ReadSet, at instant: Timestamp, after known: Position,
        through position: Position, within most: Int
    ) throws -> HistoryAnswer {
        // A commit that has just been applied may not be in the history yet, for who does not hold
        // W.
        guard let commits = try? store.ring?.recent(after: known, limit: .max),
            let last = commits.last, last.position >= position
        else { return .unknown }
        for commit in commits {
            let changes = commit.changes.count
            // The versions may differ in less than what happened between them.
            guard most == .max || examined + changes <= most else { return .unknown }
            examined += changes
            if let bucket = reads.redefined(by: commit) {
                throw ConflictError(changedBy: commit.position, bucket: bucket.name)
            }
            var isSuspected = false
            for change in commit.records {
                guard let meeting = reads.meeting(change, readAt: instant) else { continue }
                guard meeting.isSure else {
                    isSuspected = true
                    continue
                }
                throw ConflictError(
                    changedBy: commit.position, meeting, bucket: change.bucket.name,
                    key: change.key)
            }
            // Where old images were not kept, what met a range before is not known.
            if isSuspected { return .unknown }
        }
        return .holds
    }
}

extension ConflictError {
    /// Something that was read has changed by `position`, or has expired.
    fileprivate init(
        changedBy position: Position?, _ meeting: ReadSet.Meeting? = nil, bucket: String,
        key: Key? = nil
    ) {
        self.init(
            bucket: bucket, key: key, predicate: meeting?.predicate, position: position,
            message: "what was read has changed meanwhile; read it again and retry")
    }
}
