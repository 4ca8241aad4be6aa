import StoreCore
import StoreTesting
import Synchronization
import Testing

@Suite struct `A watch for deadlines` {
    /// A depot, a watch, and how often it has been woken.
    private struct Post {
        let depot: Depot
        let watch: DeadlineWatch
        let calls = Calls()

        init() async throws {
            depot = try await Depot()
            watch = depot.store.watchDeadlines { [calls] in
                calls.count.wrappingAdd(1, ordering: .relaxed)
            }
        }

        var woken: Int { calls.count.load(ordering: .relaxed) }

        func at(_ seconds: Int) -> Timestamp { depot.clock.now + .seconds(seconds) }

        func insert(_ key: String, _ seconds: Int) async throws {
            try await depot.items.insert(Depot.record(key), expiresAt: at(seconds))
        }
    }

    private final class Calls: Sendable {
        let count = Atomic(0)
    }

    @Test func `wakes once when a nearer deadline is stored`() async throws {
        let post = try await Post()
        post.watch.reset()
        #expect(post.watch.arm(until: post.at(10)))
        try await post.insert("a", 10)
        try await post.insert("b", 20)
        #expect(post.woken == 0)
        try await post.insert("c", 9)
        #expect(post.woken == 1)
        try await post.insert("d", 8)
        #expect(post.woken == 1)
        post.watch.reset()
        #expect(post.watch.arm(until: post.at(8)))
        try await post.insert("e", 7)
        #expect(post.woken == 2)
    }

    @Test func `wakes for the first deadline where there is none`() async throws {
        let post = try await Post()
        post.watch.reset()
        #expect(post.watch.arm(until: nil))
        try await post.depot.items.insert(Depot.record("a"))
        #expect(post.woken == 0)
        try await post.depot.items.setDeadline("a", post.at(1_000))
        #expect(post.woken == 1)
    }

    @Test func `does not sleep over what was stored since it was reset`() async throws {
        let post = try await Post()
        post.watch.reset()
        try await post.insert("a", 5)
        #expect(!post.watch.arm(until: post.at(10)))
        #expect(!post.watch.arm(until: nil))
        #expect(post.watch.arm(until: post.at(5)))
        #expect(post.woken == 0)
    }

    @Test func `notes what is farther than it has slept for, once it is reset`() async throws {
        let post = try await Post()
        post.watch.reset()
        #expect(post.watch.arm(until: post.at(10)))
        post.watch.reset()
        try await post.insert("a", 15)
        #expect(!post.watch.arm(until: post.at(20)))
        #expect(post.woken == 0)
    }

    @Test func `takes no notice of what is stored no more`() async throws {
        let post = try await Post()
        post.watch.reset()
        #expect(post.watch.arm(until: post.at(10)))
        await #expect(throws: ValidationError.self) {
            try await post.depot.items.insert(["id": "a"], expiresAt: post.at(1))
        }
        try await post.depot.store.write { tx in
            _ = try? tx.savepoint {
                try tx[post.depot.items].insert(Depot.record("b"), expiresAt: post.at(1))
                throw CancellationError()
            }
        }
        #expect(post.woken == 0)
    }

    @Test func `is over when it is cancelled`() async throws {
        let post = try await Post()
        post.watch.reset()
        #expect(post.watch.arm(until: nil))
        post.watch.cancel()
        try await post.insert("a", 1)
        #expect(post.woken == 0)
        post.watch.reset()
        #expect(!post.watch.arm(until: nil))
        try await post.insert("b", 1)
        #expect(post.woken == 0)
    }

    @Test func `of several each wakes for itself`() async throws {
        let post = try await Post()
        let calls = Calls()
        let other = post.depot.store.watchDeadlines {
            calls.count.wrappingAdd(1, ordering: .relaxed)
        }
        post.watch.reset()
        other.reset()
        #expect(post.watch.arm(until: post.at(10)))
        #expect(other.arm(until: post.at(20)))
        try await post.insert("a", 15)
        #expect(post.woken == 0)
        #expect(calls.count.load(ordering: .relaxed) == 1)
        other.cancel()
        try await post.insert("b", 5)
        #expect(post.woken == 1)
    }

    /// A sleeper that looks, arms and sleeps in the midst of writers has the nearest deadline when all is quiet.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `misses nothing that is stored meanwhile`(
        seed: UInt64
    ) async throws {
        let depot = try await Depot()
        let sleeper = Sleeper()
        let watch = depot.store.watchDeadlines { sleeper.ring() }
        let start = depot.clock.now
        let task = Task.detached { [items = depot.items] in
            while !Task.isCancelled {
                watch.reset()
                let next = try items.nextDeadline()
                // The moment at which something could be missed.
                await Task.yield()
                guard watch.arm(until: next) else { continue }
                sleeper.lieDown(until: next)
                while !sleeper.isRung, !Task.isCancelled { await Task.yield() }
                sleeper.getUp()
            }
        }
        var random = SeededRandom(seed)
        for round in 0..<300 {
            try await withThrowingTaskGroup { group in
                for writer in 0..<4 {
                    let delay = random.below(4)
                    group.addTask {
                        for _ in 0..<delay { await Task.yield() }
                        try await depot.items.insert(
                            Depot.record("\(round)-\(writer)"),
                            expiresAt: start + .seconds(10_000 - round * 4 - writer))
                    }
                }
                try await group.waitForAll()
            }
            // Whoever stored a nearer deadline has rung by now.
            var slept: Timestamp??
            repeat {
                await Task.yield()
                slept = sleeper.sleepsUntil
            } while slept == nil
            #expect(try depot.items.nextDeadline() == slept)
        }
        task.cancel()
        _ = await task.result
        watch.cancel()
    }
}

/// Someone who sleeps until the bell rings.
private final class Sleeper: Sendable {
    private struct State {
        var until: Timestamp??
        var isRung = false
    }

    private let state = Mutex(State())

    func ring() { state.withLock { $0.isRung = true } }

    var isRung: Bool { state.withLock { $0.isRung } }

    func lieDown(until deadline: Timestamp?) { state.withLock { $0.until = .some(deadline) } }

    func getUp() { state.withLock { $0 = State() } }

    /// Until when it sleeps, if it does and nothing has woken it.
    var sleepsUntil: Timestamp?? { state.withLock { $0.isRung ? nil : $0.until } }
}
