import StoreCore

// How a feed goes on without a gap
// ================================
//
// Positions are gapless: the next commit to be delivered is the one at `last + 1`, wherever it comes from.
//
//   mailbox ── its first commit is `last + 1` ──────────────► delivered
//           ── it is known already ─────────────────────────► dropped
//           ── it lies further on ──► history from `last` on, in slices, until it is the next one
//           ── it has overflowed ───► a new one joins; what lies between comes from the history

/// One consumer's way through a feed.
///
/// Used by one task at a time, as an iterator is.
final class FeedReader {
    private let start: FeedStart
    private var mailbox: FeedMailbox?
    private var isBegun = false
    private var hasCaughtUp = false
    /// The last commit that was delivered.
    private var last: Position
    /// What lies behind this comes to the mailbox.
    private var head: Position
    /// Commits of the history, the next one first.
    private var slice: ArraySlice<Commit> = []
    /// The mailbox's first commit, as long as it is not the next one.
    private var held: Commit?
    private var durable = Position.start
    private var isOver = false

    private static let sliceMax = 512

    init(_ start: FeedStart) {
        self.start = start
        last = start.position
        head = start.head
    }

    func next() async throws -> ChangeFeed.Element? {
        if isOver { return nil }
        do {
            if let element = try await step() { return element }
        } catch {
            end()
            throw error
        }
        end()
        return nil
    }

    private func end() {
        isOver = true
        mailbox = nil
        slice = []
        held = nil
    }

    private func step() async throws -> ChangeFeed.Element? {
        if !isBegun {
            isBegun = true
            if let fault = start.fault { throw fault }
            guard start.hub != nil else { return nil }
            mailbox = start.takeMailbox()
            if mailbox == nil { joinAnew() }
            if let takeSnapshot = start.snapshot {
                guard let snapshot = takeSnapshot() else { return nil }
                try await mayBeDelivered(snapshot.position)
                last = snapshot.position
                return .snapshot(snapshot, start.cursor(last))
            }
        }
        if !hasCaughtUp, last >= start.head {
            try await mayBeDelivered(last)
            hasCaughtUp = true
            return .caughtUp(start.cursor(last))
        }
        guard let commit = try await nextCommit() else { return nil }
        try await mayBeDelivered(commit.position)
        last = commit.position
        return .commit(commit, start.cursor(last))
    }

    /// Returns when the consumer may know of a position.
    private func mayBeDelivered(_ position: Position) async throws {
        guard start.level == .durable, position > durable else { return }
        durable = start.history.durablePosition
        if position > durable { try await start.history.waitUntilDurable(position) }
    }

    private func nextCommit() async throws -> Commit? {
        while !Task.isCancelled {
            if let commit = slice.popFirst() {
                if commit.position == last.next { return commit }
                continue
            }
            if held == nil { held = mailbox?.commits.tryNext() }
            if let commit = held {
                if commit.position <= last.next { held = nil }
                if commit.position == last.next { return commit }
                if commit.position > last.next { try await readHistory() }
            } else if last < head {
                try await readHistory()
            } else if !(try await waitForCommit()) {
                return nil
            }
        }
        return nil
    }

    /// Waits until something is in the mailbox.
    ///
    /// - Returns: false if nothing comes any more.
    private func waitForCommit() async throws -> Bool {
        do {
            held = try await mailbox?.commits.next()
            return held != nil
        } catch let error as StoreError where error.reason == .mailboxFull {
            joinAnew()
            return true
        }
    }

    /// Has a new mailbox take in what comes; what lies between is read from the history.
    ///
    /// Where the store has stopped nothing comes, and the history has the rest.
    private func joinAnew() {
        guard let hub = start.hub else { return }
        let next = FeedMailbox(start.buffer, oldImages: start.oldImages)
        mailbox = next.join(hub, nil) ? next : nil
        head = max(head, hub.newest)
    }

    /// Reads the next commits from the history; there is at least one.
    private func readHistory() async throws {
        // Asked first: what becomes durable meanwhile is no gap.
        let known = start.history.durablePosition
        let commits = try await start.history.commits(after: last, limit: FeedReader.sliceMax)
        if let first = commits.first, first.position == last.next {
            slice = commits[...]
            return
        }
        // A history that has them only once they are durable.
        if known < last.next {
            try await start.history.waitUntilDurable(last.next)
            return
        }
        throw StoreError(.positionUnavailable(last))
    }
}
