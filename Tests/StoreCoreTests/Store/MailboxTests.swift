import StoreCore
import StoreTesting
import Testing

@Suite struct `Mailboxes` {
    private func attached(
        _ mailbox: CommitMailbox, _ keys: String = "abc"
    ) async throws -> Depot {
        let depot = try await Depot()
        _ = try await depot.store.attach(mailbox)
        for key in keys { try await depot.items.insert(Depot.record("\(key)")) }
        return depot
    }

    @Test func `commits come out in order`() async throws {
        let mailbox = CommitMailbox()
        _ = try await attached(mailbox)
        #expect(mailbox.count == 3)
        for position in 2...4 {
            #expect(try await mailbox.next()?.position == Position(UInt64(position)))
            #expect(mailbox.position == Position(UInt64(position)))
        }
        #expect(mailbox.tryNext() == nil)
    }

    @Test func `who takes over goes on with the next commit`() async throws {
        let mailbox = CommitMailbox()
        _ = try await attached(mailbox, "abcd")
        var taken: [Position?] = []
        for _ in 0..<2 {
            taken += try await Task { [try await mailbox.next(), try await mailbox.next()] }.value
                .map { $0?.position }
        }
        #expect(taken == [Position(2), Position(3), Position(4), Position(5)])
    }

    @Test func `a mailbox has the interest that it was given`() async throws {
        let mailbox = CommitMailbox(CommitInterest(buckets: ["other"]))
        _ = try await attached(mailbox)
        #expect(mailbox.count == 0)
    }

    @Test(arguments: [(2, 3), (1, 4), (0, 4), (-5, 4)])
    func `a full mailbox that drops keeps the newest and counts the rest`(
        capacity: Int, dropped: Int
    ) async throws {
        let mailbox = CommitMailbox(overflow: .dropOldest(capacity: capacity))
        _ = try await attached(mailbox, "abcde")
        #expect(mailbox.droppedCount == dropped)
        #expect(mailbox.count == 5 - dropped)
        #expect(mailbox.tryNext()?.position == Position(UInt64(2 + dropped)))
    }

    @Test func `a full mailbox that fails delivers what is in it and then throws`() async throws {
        let mailbox = CommitMailbox(overflow: .fail(capacity: 2))
        let depot = try await attached(mailbox, "abcde")
        #expect(try depot.items.count() == 5, "writers do not suffer from it")
        #expect(try await mailbox.next()?.position == Position(2))
        #expect(try await mailbox.next()?.position == Position(3))
        for _ in 0..<2 { await #expect(throws: StoreError.self) { try await mailbox.next() } }
        try await depot.items.insert(Depot.record("f"))
        #expect(mailbox.tryNext() == nil)
    }

    @Test func `a closed mailbox delivers what is in it, then nil, and takes nothing more`()
        async throws
    {
        let mailbox = CommitMailbox()
        let depot = try await attached(mailbox, "a")
        mailbox.close()
        try await depot.items.insert(Depot.record("b"))
        #expect(try await mailbox.next()?.position == Position(2))
        #expect(try await mailbox.next() == nil)
        #expect(try await mailbox.next() == nil)
    }

    /// A task that has come to wait for the mailbox's next commit.
    private func waiter(_ mailbox: CommitMailbox) -> Task<Position?, any Error> {
        Task(executorPreference: InlineExecutor.shared) { try await mailbox.next()?.position }
    }

    @Test func `who waits is woken by a commit`() async throws {
        let mailbox = CommitMailbox()
        let depot = try await attached(mailbox, "")
        let task = waiter(mailbox)
        try await depot.items.insert(Depot.record("a"))
        #expect(try await task.value == Position(2))
    }

    @Test func `who waits is woken by close`() async throws {
        let mailbox = CommitMailbox()
        let task = waiter(mailbox)
        mailbox.close()
        #expect(try await task.value == nil)
    }

    @Test func `who waits gets nil when cancelled, and the commits stay`() async throws {
        let mailbox = CommitMailbox()
        let depot = try await attached(mailbox, "")
        let task = waiter(mailbox)
        task.cancel()
        #expect(try await task.value == nil)
        try await depot.items.insert(Depot.record("a"))
        #expect(try await mailbox.next()?.position == Position(2))
    }

    @Test func `a reader beside writers gets every commit once`() async throws {
        let mailbox = CommitMailbox()
        let depot = try await attached(mailbox, "")
        let reader = Task {
            var positions: [UInt64] = []
            while positions.count < 500, let commit = try await mailbox.next() {
                positions.append(commit.position.value)
            }
            return positions
        }
        await withThrowingTaskGroup { group in
            for number in 0..<500 {
                group.addTask { _ = try await depot.items.insert(Depot.record("k\(number)")) }
            }
        }
        #expect(try await reader.value == (2...501).map { UInt64($0) })
    }

    @Test func `a task that waits for the next commit gets nil when the store stops`() async throws
    {
        let depot = try await Depot()
        let mailbox = CommitMailbox()
        _ = try await depot.store.attach(mailbox)
        let waiting = Task(executorPreference: InlineExecutor.shared) {
            try await mailbox.next()
        }
        await depot.store.stop()
        #expect(try await waiting.value == nil)
    }

    @Test func `what came in before the store stopped is still delivered, then nil`() async throws {
        let depot = try await Depot()
        let mailbox = CommitMailbox()
        _ = try await depot.store.attach(mailbox)
        try await depot.items.insert(Depot.record("a"))
        try await depot.items.insert(Depot.record("b"))
        await depot.store.stop()
        #expect(try await mailbox.next()?.position == Position(2))
        #expect(try await mailbox.next()?.position == Position(3))
        #expect(try await mailbox.next() == nil)
        #expect(try await mailbox.next() == nil)
    }
}
