import StoreCore

/// Commits that somebody may need later: no more than so many, and so much memory.
///
/// Where there would be more, all go at once, and who needs one of those has to do without: it reads the state anew.
struct KeptCommits {
    static let countMax = 4_096
    static let bytesMax = 4 << 20

    /// In the order of their positions.
    private(set) var commits: [Commit] = []
    private var bytes = 0
    /// The newest commit that has gone because there were too many.
    private(set) var lost: Position?

    var isEmpty: Bool { commits.isEmpty && lost == nil }

    /// Whether nothing has gone that came after `position`.
    func isComplete(after position: Position) -> Bool { lost.map { $0 <= position } ?? true }

    /// Keeps a commit, and says which are kept no longer: they are to be released outside of locks.
    ///
    /// Those go first that nobody needs: `seen` says through which position that is.
    mutating func append(_ commit: Commit, seenThrough seen: () -> Position = { .start })
        -> [Commit]
    {
        commits.append(commit)
        bytes += commit.byteCount
        if isWithinBounds { return [] }
        let gone = forget(through: seen())
        return isWithinBounds ? gone : gone + lose()
    }

    private var isWithinBounds: Bool {
        commits.count <= KeptCommits.countMax && bytes <= KeptCommits.bytesMax
    }

    /// Gives all up that is there.
    private mutating func lose() -> [Commit] {
        lose(through: commits.last?.position ?? .start)
    }

    /// Notes that commits through `position` are not to be had.
    mutating func lose(through position: Position) -> [Commit] {
        defer {
            commits = []
            bytes = 0
        }
        lost = max(lost ?? .start, position)
        return commits
    }

    /// Those that came after `position`.
    ///
    /// - Complexity: O(log n).
    func after(_ position: Position) -> ArraySlice<Commit> { commits[place(after: position)...] }

    /// Lets those through `position` go.
    mutating func forget(through position: Position) -> [Commit] {
        let place = place(after: position)
        let gone = Array(commits[..<place])
        commits.removeFirst(place)
        bytes -= gone.reduce(0) { $0 + $1.byteCount }
        if let lost, lost <= position { self.lost = nil }
        return gone
    }

    /// Takes those through `position` out; nil if some have gone that came after `start`.
    mutating func take(after start: Position, through position: Position) -> [Commit]? {
        let isComplete = isComplete(after: start)
        let taken = forget(through: position)
        return isComplete ? taken : nil
    }

    mutating func removeAll() -> [Commit] {
        defer { self = KeptCommits() }
        return commits
    }

    private func place(after position: Position) -> Int {
        var (low, high) = (0, commits.count)
        while low < high {
            let middle = (low + high) / 2
            if commits[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
