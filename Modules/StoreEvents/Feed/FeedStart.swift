import StoreCore

/// Where a feed begins, and its place in the store, taken at once.
///
/// The mailbox joins first and the position is read after that: what is behind the position comes to the mailbox, and
/// the rest is in the history. What is in both is told apart by its position.
final class FeedStart: Sendable {
    let identity: StoreIdentity
    let history: any CommitHistory
    let level: ChangeFeed.Level
    let oldImages: Bool
    let buffer: Int
    /// Nil in a store that had stopped.
    let hub: EventHub?
    /// Takes the state to begin with, if that is asked for, when the first element is; nil if the store has stopped, or
    /// is gone, by then.
    let snapshot: (@Sendable () -> Snapshot?)?
    /// The last commit that the consumer knows.
    let position: Position
    /// The newest commit when the feed was made.
    let head: Position
    let fault: StoreError?
    /// The mailbox, for the first who iterates.
    private let first: FirstMailbox

    init(
        _ store: Store, _ origin: ChangeFeed.Origin, _ level: ChangeFeed.Level, oldImages: Bool,
        buffer: Int
    ) {
        identity = store.identity
        history = store.history
        self.level = level
        self.oldImages = oldImages
        self.buffer = buffer
        var refusal: StoreError?
        var hub: EventHub?
        do {
            hub = try EventHub.of(store)
        } catch {
            let error = error as? StoreError
            refusal = error?.reason == .stopped ? nil : error
        }
        let mailbox = FeedMailbox(buffer, oldImages: oldImages)
        if let hub, mailbox.join(hub, store) {
            self.hub = hub
        } else {
            self.hub = nil
        }
        first = FirstMailbox(mailbox)
        // A feed that holds its store would keep it from ending, and one that holds a snapshot from freeing memory.
        let takeSnapshot = { @Sendable [weak store] in try? store?.snapshot() }
        snapshot = origin == .snapshot ? takeSnapshot : nil
        head = store.position
        switch origin {
        case .snapshot, .now:
            position = head
            fault = refusal
        case .beginning:
            position = .start
            fault = refusal
        case .after(let cursor):
            position = cursor.position
            fault = refusal ?? cursor.fault(in: identity, at: head)
        }
    }

    /// The mailbox that has joined when the feed was made; nil if somebody iterates with it already.
    func takeMailbox() -> FeedMailbox? { first.take() }

    func cursor(_ position: Position) -> ChangeCursor { ChangeCursor(identity, position) }
}

/// Something that one of several takes.
private final class FirstMailbox: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`.
    private var mailbox: FeedMailbox?

    init(_ mailbox: FeedMailbox) { self.mailbox = mailbox }

    func take() -> FeedMailbox? {
        lock.withLock {
            defer { mailbox = nil }
            return mailbox
        }
    }
}

/// Commits on their way to a feed, from the moment in which it joins the hub; it leaves with the last who holds it.
final class FeedMailbox: @unchecked Sendable {
    let commits: CommitMailbox
    // Set once, before anybody else sees the mailbox.
    private var place: (hub: EventHub, id: UInt64)?

    init(_ capacity: Int, oldImages: Bool) {
        commits = CommitMailbox(
            CommitInterest(needsOldImages: oldImages), overflow: .fail(capacity: capacity))
    }

    deinit { place.map { $0.hub.leave($0.id) } }

    /// Whether the store still takes mailboxes in; it may be left out once somebody has joined.
    func join(_ hub: EventHub, _ store: Store?) -> Bool {
        guard let id = try? hub.join(store, commits) else { return false }
        place = (hub, id)
        return true
    }
}
