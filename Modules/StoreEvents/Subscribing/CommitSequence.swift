public import StoreCore

extension Store {
    /// Whole commits as they happen, changes of definitions included.
    ///
    /// It is registered when it is made, and ends as a sequence of events does.
    ///
    /// ```swift
    /// for try await commit in store.commits() { print(commit.position, commit.changes.count) }
    /// ```
    ///
    /// - Parameters:
    ///   - oldImages: whether records before their change are kept for it; they are there all the same where somebody
    ///     else has asked for them.
    ///   - overflow: what becomes of commits that come faster than they are taken. With `.fail` the sequence throws
    ///     `StoreError` (`mailboxFull`) after those that it holds.
    /// - Returns: the sequence. Each commit goes to one of those who iterate over it.
    public func commits(
        oldImages: Bool = false, overflow: CommitMailbox.Overflow = .unbounded
    ) -> CommitSequence {
        let mailbox = CommitMailbox(CommitInterest(needsOldImages: oldImages), overflow: overflow)
        do {
            let hub = try EventHub.of(self)
            return CommitSequence(hub, mailbox, try hub.join(self, mailbox))
        } catch {
            mailbox.close()
            let error = SubscriptionError("commits", notTakenIn: error)
            report(error)
            return CommitSequence(nil, mailbox, 0, error.reason == .ended ? nil : error)
        }
    }
}

/// Commits as they happen, to be taken one by one.
///
/// Each commit goes to one of those who iterate over it; ask the store for a sequence for each of several consumers.
public struct CommitSequence: AsyncSequence, Sendable {
    /// One commit.
    public typealias Element = Commit

    private let seat: Seat
    /// Why it could not begin.
    private let fault: SubscriptionError?

    init(
        _ hub: EventHub?, _ mailbox: CommitMailbox, _ id: UInt64, _ fault: SubscriptionError? = nil
    ) {
        seat = Seat(hub, mailbox, id)
        self.fault = fault
    }

    /// Ends the sequence: no commit comes in any more.
    ///
    /// What has come in can still be taken.
    public func cancel() { seat.leave() }

    /// How many commits wait.
    public var waiting: Int { seat.mailbox.count }

    /// How many commits gave way to newer ones.
    public var droppedCount: Int { seat.mailbox.droppedCount }

    /// Takes commits out of the sequence.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(seat: seat, fault: fault)
    }

    /// Takes commits out of a sequence.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let seat: Seat
        fileprivate var fault: SubscriptionError?

        /// The next commit, which is waited for; nil when the sequence has ended, or the task is cancelled.
        public mutating func next() async throws -> Commit? {
            if let fault {
                self.fault = nil
                throw fault
            }
            do {
                if let commit = try await seat.mailbox.next() { return commit }
            } catch {
                seat.leave()
                throw error
            }
            seat.leave()
            return nil
        }
    }

    /// A sequence's place in the hub; it is given up with the last who holds it.
    fileprivate final class Seat: Sendable {
        private let hub: EventHub?
        let mailbox: CommitMailbox
        private let id: UInt64

        init(_ hub: EventHub?, _ mailbox: CommitMailbox, _ id: UInt64) {
            self.hub = hub
            self.mailbox = mailbox
            self.id = id
        }

        deinit { leave() }

        func leave() {
            hub?.leave(id)
            mailbox.close()
        }
    }
}

extension Commit {
    /// Runs `body`; commits that its task makes meanwhile say that this one has caused them.
    public func causing<R>(_ body: () async throws -> R) async rethrows -> R {
        try await Causation("commit", position: position, cause: causation).run(body)
    }
}
