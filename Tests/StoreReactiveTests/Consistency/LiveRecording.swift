import StoreCore
import StoreReactive

/// What one watcher was shown at one moment.
struct LiveDelivery: Sendable {
    var value: [Int64]
    var position: Position
    var instant: Timestamp
    /// Whether it came after `cancel` had returned.
    var isAfterCancel = false
}

/// What one watcher has asked for, and what it was shown, in the order in which it came.
struct LiveWatched: Sendable {
    let shape: LiveShape
    let coalescing: Coalescing
    var deliveries: [LiveDelivery]

    /// What is wrong with it, after a run with this history.
    func violations(in history: LiveHistory) -> [LiveViolation] {
        LiveCheck(history: history, watched: self).violations
    }
}

/// A run: what was committed, and what was shown.
struct LiveRecording: Sendable {
    let history: LiveHistory
    let watchers: [LiveWatched]

    /// What is wrong with it, and whose it is.
    var violations: [String] {
        watchers.flatMap { watched in
            watched.violations(in: history).map {
                "\(watched.shape), \(watched.coalescing): \($0)"
            }
        }
    }
}

/// The states that a run's commits have left one after the other.
struct LiveHistory: Sendable {
    struct Entry: Sendable {
        let position: Position
        let state: LiveState
        /// Whether the commit has changed records of both buckets.
        let isMove: Bool
    }

    /// In the order of their positions; the first is the empty one before all.
    let entries: [Entry]
    /// The last position that watchers may be shown, and the instant at which they are left.
    let end: (position: Position, instant: Timestamp)

    init(_ commits: [Commit], end: Position, at instant: Timestamp) {
        var state = LiveState()
        var entries = [Entry(position: .start, state: state, isMove: false)]
        for commit in commits {
            state.apply(commit)
            let isMove = Set(commit.records.map(\.bucket.name)).count > 1
            entries.append(Entry(position: commit.position, state: state, isMove: isMove))
        }
        self.entries = entries
        self.end = (end, instant)
    }

    /// Where the state at a position is.
    func index(of position: Position) -> Int {
        (entries.firstIndex { $0.position > position } ?? entries.count) - 1
    }

    func state(at position: Position) -> LiveState { entries[index(of: position)].state }
}
