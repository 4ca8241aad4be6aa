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
    private let requirements: [CommitRequirement]
    private let store: Store
    /// For each requirement, the later snapshot through which it holds, if it was looked at since
    /// its own.
    private var through: [Snapshot?]
    /// Changes that were looked at, in commits or between versions.
    private(set) var examined = 0

    /// How many changes may be looked at under W while writers wait for a lock.
    static let fewMax = 256

    init(_ requirements: [CommitRequirement], of store: Store) {
        self.requirements = requirements
        self.store = store
        through = Array(repeating: nil, count: requirements.count)
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
            _ = try check(reads, from: known, through: later.position, to: later, within: .max)
            through[index] = later
        }
    }

    /// Whether everything holds at the current version; the caller holds W.
    ///
    /// What was carried along is let go, so that the commit disturbs no snapshot of its own.
    ///
    /// - Parameter budget: how many changes may be looked at.
    /// - Returns: false if that was not enough, so that nothing is known.
    /// - Throws: `ConflictError` if a requirement does not hold.
    mutating func hold(lookingAtMost budget: Int) throws -> Bool {
        let store = store
        let current = Position(UInt64(bitPattern: store.state.positionForWriter))
        let most = budget == .max ? budget : examined + budget
        for index in requirements.indices {
            switch requirements[index].kind {
            case .version(let bucket, let key, let version):
                try check(version, of: key, in: bucket)
            case .unchanged(let reads, let snapshot):
                let known = through[index] ?? snapshot
                guard known.position < current else { continue }
                let isChecked = try check(
                    reads, from: known, through: current, to: store.snapshotForWriter(),
                    within: most)
                guard isChecked else { return false }
            }
        }
        for index in through.indices { through[index] = nil }
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
        _ reads: ReadSet, from known: Snapshot, through position: Position,
        to later: @autoclosure () -> Snapshot, within most: Int
    ) throws -> Bool {
        switch try checkHistory(reads, after: known.position, through: position, within: most) {
        case .holds: return true
        case .unknown: break
        }
        let later = later()
        for bucket in reads.buckets where !known.hasSameDefinition(of: bucket, as: later) {
            throw ConflictError(changedBy: position, bucket: bucket.name)
        }
        var conflict: Change?
        var isOver = false
        _ = known.forEachDifference(to: later, in: reads.covers) { change in
            guard examined < most else {
                isOver = true
                return false
            }
            examined += 1
            if reads.intersects(change) { conflict = change }
            return conflict == nil
        }
        if let conflict {
            throw ConflictError(
                changedBy: position, bucket: conflict.bucket.name, key: conflict.key)
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
        _ reads: ReadSet, after known: Position, through position: Position, within most: Int
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
            guard reads.intersects(commit) else { continue }
            // Where old images were not kept, a meeting is only suspected.
            let isSure = commit.storage.entries.allSatisfy {
                $0.kind == .inserted || $0.old != nil
            }
            guard isSure else { return .unknown }
            let change = commit.records.first { reads.intersects($0) }
            throw ConflictError(
                changedBy: commit.position,
                bucket: change?.bucket.name ?? reads.redefined(by: commit)?.name ?? "",
                key: change?.key)
        }
        return .holds
    }
}

extension ConflictError {
    /// Something that was read has changed by `position`.
    fileprivate init(changedBy position: Position, bucket: String, key: Key? = nil) {
        self.init(
            bucket: bucket, key: key, position: position,
            message: "what was read has changed meanwhile; read it again and retry")
    }
}
