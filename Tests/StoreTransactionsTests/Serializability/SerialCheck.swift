import StoreCore

/// Commits have an order, so transactions have one: each has to be as if it had run alone, right
/// before its commit; and each run of a body has to be as if the world had stood still at its
/// position.
struct SerialCheck {
    let commits: [Commit]
    private var byID: [String: Attempt] = [:]
    private var byPosition: [Position: [Attempt]] = [:]
    /// The attempts that have made a commit.
    private var made: Set<String> = []
    private(set) var findings: [Finding] = []
    /// What all commits have left.
    private(set) var state = NaiveState()

    init(_ attempts: [Attempt], _ commits: [Commit]) {
        self.commits = commits
        for attempt in attempts {
            byID[attempt.id] = attempt
            if let position = attempt.position { byPosition[position, default: []].append(attempt) }
        }
        made = Set(commits.compactMap(\.attemptID))
        run()
    }

    private mutating func run() {
        var last: Commit?
        for commit in commits {
            if let last, commit.position != last.position.next || commit.timestamp < last.timestamp
            {
                add(.wrongCommit, "commit \(commit.position) follows \(last.position)")
            }
            last = commit
            let now = commit.timestamp.microseconds
            let attempt = commit.attemptID.flatMap { byID[$0] }
            let before = state
            state.apply(commit)
            if let attempt { check(attempt, before, commit, now) }
            for reader in byPosition[commit.position] ?? [] { checkSnapshot(of: reader) }
            if state.rows[Shelf.small.rawValue].count(where: { $0 != nil }) > Shelf.smallMax {
                add(.wrongCommit, "commit \(commit.position) leaves too much in \(Shelf.small)")
            }
        }
    }

    private mutating func check(
        _ attempt: Attempt, _ before: NaiveState, _ commit: Commit, _ now: Int64
    ) {
        let position = commit.position
        switch attempt.outcome {
        case .nothing: add(.abortedRead, "\(attempt.id) came to nothing, but is commit \(position)")
        case .committed(let told):
            if let told, told != position {
                add(.wrongCommit, "\(attempt.id) is commit \(position), and was told \(told)")
            }
        }
        if position <= attempt.floor || now < attempt.now {
            add(.realTime, "\(attempt.id), begun after \(attempt.floor), is commit \(position)")
        }
        let replay = Replay(attempt, on: before, at: now)
        let overwritten = overwritten(by: commit, replay.base)
        for miss in replay.misses {
            add(
                miss.question.kind(of: miss.shelf, overwritten),
                "commit \(position), read at \(attempt.position ?? position): "
                    + "\(miss.question) of \(miss.shelf) gave \(miss.seen), and is \(miss.true)")
        }
        checkChanges(of: commit, replay, before, now)
    }

    /// The records of which a commit leaves something else than what increments add, which commute.
    private func overwritten(by commit: Commit, _ before: NaiveState) -> Set<Int> {
        var places: Set<Int> = []
        for change in commit.records where change.reason != .evicted {
            guard let (shelf, key) = Shelf.place(of: change) else { continue }
            if before[shelf, key]?.mark != state[shelf, key]?.mark {
                places.insert(Replay.place(shelf, key))
            }
        }
        return places
    }

    /// A commit is what its transaction has written, and what has had to go.
    private mutating func checkChanges(
        of commit: Commit, _ replay: Replay, _ before: NaiveState, _ now: Int64
    ) {
        var gone: Set<Int> = []
        for change in commit.records {
            guard let (shelf, key) = Shelf.place(of: change) else { continue }
            let isDue = before[shelf, key].map { !$0.isVisible(at: now) } ?? false
            let isRoomMade = shelf == .small && change.reason == .evicted
            if isRoomMade { gone.insert(Replay.place(shelf, key)) }
            let isOwn = replay.touched.contains(Replay.place(shelf, key))
            if !isOwn, !isRoomMade, !(change.reason == .expired && isDue) {
                add(.wrongCommit, "commit \(commit.position) changes \(shelf) \(key) unasked")
            }
        }
        for place in replay.touched where !gone.contains(place) {
            guard let shelf = Shelf(rawValue: place >> 8) else { continue }
            let wanted = replay.state.visible(shelf, place & 255, at: now)
            let found = state.visible(shelf, place & 255, at: now)
            if wanted != found {
                add(
                    .wrongCommit,
                    "commit \(commit.position) leaves \(found as Any), not \(wanted as Any)")
            }
        }
    }

    private mutating func checkSnapshot(of attempt: Attempt) {
        if let position = attempt.position, position < attempt.floor {
            add(.realTime, "\(attempt.id), begun after \(attempt.floor), reads at \(position)")
        }
        let replay = Replay(attempt, on: state, at: attempt.now)
        // Who changes nothing has nothing to commit.
        if attempt.isCommitted, !made.contains(attempt.id), replay.changes(state, at: attempt.now) {
            add(.wrongCommit, "\(attempt.id) was committed, and there is no commit of it")
        }
        for miss in replay.misses {
            add(
                .inconsistentRead,
                "\(attempt.id) at \(attempt.position?.value ?? 0): \(miss.question) of \(miss.shelf) "
                    + "gave \(miss.seen), and is \(miss.true)")
        }
    }

    private mutating func add(_ kind: Finding.Kind, _ text: String) {
        findings.append(Finding(kind, text))
    }
}

extension Question {
    /// What it is called if the answer is not true any more at the commit.
    fileprivate func kind(of shelf: Shelf, _ overwritten: Set<Int>) -> Finding.Kind {
        switch self {
        case .key(let key), .exists(let key):
            overwritten.contains(Replay.place(shelf, key)) ? .lostUpdate : .writeSkew
        default: .phantom
        }
    }
}

extension Commit {
    /// The attempt that made it.
    var attemptID: String? { transactionID ?? causation?.label }
}
