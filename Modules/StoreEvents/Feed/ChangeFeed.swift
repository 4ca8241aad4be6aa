public import StoreCore

extension Store {
    /// Every commit after a cursor: first those that have happened, then those that happen.
    ///
    /// ```swift
    /// for try await element in store.changes(after: cursor) {
    ///     if let commit = element.commit { try await replica.apply(commit) }
    ///     try await replica.remember(element.cursor)
    /// }
    /// ```
    ///
    /// Without a gap and without a repetition. It is registered when it is made. A consumer that is slower than the
    /// writers has up to `buffer` commits in memory; behind that it reads the store's history (`Store.history`): by
    /// default the ring in memory, which holds the newest 256 commits (see `StoreOption.changeFeed`), or the log.
    ///
    /// It throws, and ends with that:
    /// - `StoreError` (`positionUnavailable`) if the history does not reach back to where the consumer is;
    /// - `StoreError` (`positionDiverged`) if the cursor's commit was lost in a crash, or has not happened;
    /// - `StoreError` (`anotherStore`) if the cursor is another store's.
    ///
    /// In each case `StoreError.needsSnapshot` is true: `changes(from: .snapshot)` begins anew. It ends without an
    /// error when the store has stopped, and when the task that waits is cancelled. `settle()` does not wait for its
    /// consumers.
    ///
    /// - Parameters:
    ///   - cursor: the last commit that the consumer knows. Nil: it knows nothing yet, and begins with a snapshot, as
    ///     `changes(from: .snapshot)` does.
    ///   - level: which commits are delivered.
    ///   - oldImages: whether records before their change are kept for it from now on. In commits before now they are
    ///     if somebody asked for them: `Change.hasOldImage` tells.
    ///   - buffer: how many commits wait in memory at most, at least 1.
    /// - Returns: the feed. Each call makes one, with a pace of its own.
    public func changes(
        after cursor: ChangeCursor?, delivering level: ChangeFeed.Level = .durable,
        oldImages: Bool = false, buffer: Int = 1_024
    ) -> ChangeFeed {
        changes(
            from: cursor.map { .after($0) } ?? .snapshot, delivering: level, oldImages: oldImages,
            buffer: buffer)
    }

    /// Every commit from a place on: see `changes(after:)`.
    ///
    /// ```swift
    /// for try await element in store.changes(from: .snapshot) {
    ///     switch element {
    ///     case .snapshot(let state, _): try await replica.replace(state)
    ///     case .commit(let commit, _): try await replica.apply(commit)
    ///     case .caughtUp: await replica.isReady()
    ///     }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - origin: where to begin.
    ///   - level: which commits are delivered.
    ///   - oldImages: whether records before their change are kept for it from now on.
    ///   - buffer: how many commits wait in memory at most, at least 1.
    /// - Returns: the feed.
    public func changes(
        from origin: ChangeFeed.Origin, delivering level: ChangeFeed.Level = .durable,
        oldImages: Bool = false, buffer: Int = 1_024
    ) -> ChangeFeed {
        ChangeFeed(self, origin, level, oldImages: oldImages, buffer: buffer)
    }
}

extension StoreOption {
    /// Prepares for feeds that begin in the past: how much of it is kept in memory, old images included.
    ///
    /// - Parameters:
    ///   - commits: how many of the newest commits are kept at most.
    ///   - bytes: how much memory they take at most, roughly.
    /// - Returns: the option.
    public static func changeFeed(commits: Int = 65_536, bytes: Int = 64 << 20) -> StoreOption {
        StoreOption { configuration in
            configuration.historyCountMax = commits
            configuration.historyBytesMax = bytes
            configuration.keepsOldImages = true
        }
    }
}

/// Commits in order, from some place of the past on.
public struct ChangeFeed: AsyncSequence, Sendable {
    /// What a feed delivers.
    public enum Element: Sendable {
        /// The whole store as it was; everything after it follows. Only the first element is one.
        case snapshot(Snapshot, ChangeCursor)
        /// The next commit, and where to go on when what it leads to has been done.
        case commit(Commit, ChangeCursor)
        /// Everything that had happened when the feed was made has been delivered. Once.
        case caughtUp(ChangeCursor)

        /// The commit, if the element is one.
        public var commit: Commit? {
            if case .commit(let commit, _) = self { commit } else { nil }
        }

        /// Where to go on when the element has been dealt with.
        public var cursor: ChangeCursor {
            switch self {
            case .snapshot(_, let cursor), .commit(_, let cursor), .caughtUp(let cursor): cursor
            }
        }
    }

    /// Where a feed begins.
    public enum Origin: Sendable, Hashable {
        /// With the state as it is, and then what follows.
        case snapshot
        /// With the next commit.
        case now
        /// With the store's first commit.
        case beginning
        /// With the commit after this one.
        case after(ChangeCursor)
    }

    /// Which commits a feed delivers.
    public enum Level: Sendable, Hashable {
        /// Those that survive the process: a consumer never knows more than the store does after a crash.
        ///
        /// A snapshot is delivered when it survives the process, too.
        /// In a store that keeps nothing these are all.
        case durable
        /// All of them, as soon as readers see them.
        case committed
    }

    let start: FeedStart

    init(_ store: Store, _ origin: Origin, _ level: Level, oldImages: Bool, buffer: Int) {
        start = FeedStart(store, origin, level, oldImages: oldImages, buffer: Swift.max(1, buffer))
    }

    /// Begins to take elements out of the feed, at its beginning.
    ///
    /// - Returns: an iterator with a pace of its own, for one task.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(FeedReader(start)) }

    /// Takes elements out of a feed.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let reader: FeedReader

        fileprivate init(_ reader: FeedReader) { self.reader = reader }

        /// The next element, which is waited for; nil when the store has stopped, or the task is cancelled.
        public mutating func next() async throws -> Element? { try await reader.next() }
    }
}
