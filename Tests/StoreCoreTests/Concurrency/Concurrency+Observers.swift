import StoreCore
import Synchronization
import Testing

extension Concurrency {
    @Suite struct Observers {
        /// Sees to it that each commit follows the one before, and that the store shows exactly this one.
        final class Auditor: CommitObserver {
            let interest: CommitInterest
            private let store: Store
            private let last = Guarded<Position?>(nil)
            private let isOver = Atomic<Bool>(false)
            private let heard = Atomic<Int>(0)

            init(_ store: Store, _ interest: CommitInterest) {
                self.store = store
                self.interest = interest
            }

            func didCommit(_ commit: Commit) {
                let wasOver = isOver.load(ordering: .acquiring)
                #expect(!wasOver, "told after cancel returned")
                heard.add(1, ordering: .relaxed)
                #expect(store.position == commit.position)
                last.withLock { last in
                    if let last { #expect(commit.position == last.next) }
                    last = commit.position
                }
                let images = commit.records.filter { ["left", "right"].contains($0.bucket.name) }
                if interest.needsOldImages { #expect(Bank.imbalance(Array(images)) == 0) }
            }

            func begin(after position: Position) {
                last.withLock { last in #expect(last.map { $0 > position } ?? true) }
            }
            func end() { isOver.store(true, ordering: .releasing) }
            var count: Int { heard.load(ordering: .relaxed) }
        }

        @Test func `observers come and go, and each hears its stretch without a gap`() async throws
        {
            let bank = try await Bank()
            try await Crowd.writing(4, rounds: 80) { number, round, random in
                guard number < 2 else { return try await bank.churn(number, round, &random) }
                let auditor = Auditor(bank.store, CommitInterest(needsOldImages: number == 0))
                let (registration, snapshot) = try await bank.store.attach(auditor)
                auditor.begin(after: snapshot.position)
                try Bank.check(snapshot)
                for _ in 0..<Int.random(in: 0..<4, using: &random) { await Task.yield() }
                let through = try bank.store.snapshot()
                registration.cancel()
                auditor.end()
                #expect(auditor.count >= Int(through.position.value - snapshot.position.value))
            }
            #expect(try bank.store.stats().observers == 0)
        }

        @Test func `a mailbox gets every commit once, however many tasks empty it in turn`()
            async throws
        {
            let bank = try await Bank()
            let mailbox = CommitMailbox()
            let (_, start) = try await bank.store.attach(mailbox)
            let taken = Guarded([Position]())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Each life of the reading task ends by cancellation; the next goes on where it ended.
                    while !Task.isCancelled {
                        let life = Task {
                            while let commit = try await mailbox.next() {
                                taken.withLock { $0.append(commit.position) }
                            }
                        }
                        for _ in 0..<8 { await Task.yield() }
                        life.cancel()
                        try await life.value
                    }
                }
                try await Crowd.writing(3, rounds: 80) { number, round, random in
                    try await bank.churn(number, round, &random)
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            while let commit = mailbox.tryNext() { taken.withLock { $0.append(commit.position) } }
            let expected = start.position.value + 1...bank.store.position.value
            #expect(taken.withLock { $0 }.map(\.value) == Array(expected))
        }
    }
}
