import Foundation
import StoreCore
import StoreReactive
import StoreTTL
import StoreTesting
import Testing

struct ConsistencyConcurrencyTests {
    static let isSanitized = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] != nil
    static let batches = Array(0..<(isSanitized ? 2 : 40))

    @Test(arguments: batches)
    func `each delivery is what the query says at its position and instant`(batch: Int) async throws
    {
        for number in 0..<(Self.isSanitized ? 5 : 50) {
            let seed = UInt64(batch * 1_000 + number)
            let faults = try await LiveSchedule(seed: seed).run()
            #expect(faults.isEmpty, "seed \(seed): \(faults.prefix(3))")
            if !faults.isEmpty { return }
        }
    }
}

/// Some writers and many watchers of one store, at random.
struct LiveSchedule {
    let seed: UInt64

    struct Delivery: Sendable {
        let value: [Int64]
        let position: Position
        let instant: Timestamp
    }

    struct Watcher: Sendable {
        let shape: LiveShape
        let coalescing: Coalescing
        let seen = Seen<Delivery>()
    }

    func run() async throws -> [String] {
        var random = SeededRandom(seed)
        let clock = ManualClock()
        let store = try await Store.start("live", .clock(clock))
        let schema: BucketSchema = ["id": .integer, "kind": .string, "amount": .integer]
        let isIndexed = Bool.random(using: &random)
        let a = try await store.defineBucket(
            "a", key: "id", schema: schema, indexes: isIndexed ? ["amount", "kind"] : [],
            .ttl(.seconds(50)))
        let b = try await store.defineBucket("b", key: "id", schema: schema)
        let observer = RecordingObserver(.all)
        let (registration, _) = try await store.attach(observer)
        let rates: [Coalescing] = [.latest, .latest, .everyCommit, .throttle(.seconds(2))]
        var watchers: [Watcher] = []
        var subscriptions: [Subscription] = []
        for _ in 0..<16 {
            let watcher = Watcher(
                shape: .random(&random), coalescing: rates.randomElement(using: &random) ?? .latest)
            watchers.append(watcher)
            let suspends = Bool.random(using: &random)
            let live = store.live(coalescing: watcher.coalescing) { ctx -> [Int64] in
                let reading = QueryReading(a: try ctx[a], b: try ctx[b])
                let first = try watcher.shape.run(reading)
                if suspends { await Task.yield() }
                // One state, across awaits too.
                guard try watcher.shape.run(reading) == first else { return [-99] }
                return first
            }
            subscriptions.append(
                try await live.subscribe { update in
                    watcher.seen.add(
                        Delivery(
                            value: update.value, position: update.position,
                            instant: update.instant))
                })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                let seed = random.next()
                group.addTask {
                    var random = SeededRandom(seed)
                    for step in 0..<25 {
                        try await write(store, a, b, clock, task, step, &random)
                    }
                }
            }
            try await group.waitForAll()
        }
        _ = try await store.purgeExpired()
        try await store.settle()
        for subscription in subscriptions { subscription.cancel() }
        let told = watchers.map { $0.seen.values.count }
        let instant = store.now
        try await b.upsert(["id": 0, "kind": "x", "amount": 1_000])
        try await a.upsert(["id": 0, "kind": "x", "amount": 1_000])
        try await store.settle()
        var faults = check(watchers, observer.commits, instant)
        for (watcher, count) in zip(watchers, told) where watcher.seen.values.count != count {
            faults.append("\(watcher.shape): called after it was cancelled")
        }
        registration.cancel()
        await store.stop()
        return faults
    }

    private func write(
        _ store: Store, _ a: DynamicBucket, _ b: DynamicBucket, _ clock: ManualClock, _ task: Int,
        _ step: Int, _ random: inout SeededRandom
    ) async throws {
        let key = Int64.random(in: 0..<20, using: &random)
        let amount = Int64.random(in: 0..<100, using: &random)
        let kind = Value.string(["x", "y", "z"].randomElement(using: &random) ?? "x")
        let fields: Fields = ["id": .integer(key), "kind": kind, "amount": .integer(amount)]
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: try await a.upsert(fields)
        case 3: try await b.upsert(fields)
        case 4: try await a.delete(key)
        case 5:
            _ = try? await a.update(key, ["amount": .integer(amount)])
        case 6:
            // What leaves one bucket comes into the other.
            try await store.write { tx in
                let (from, to) = (try tx[a], try tx[b])
                guard let moved = try from.get(key)?["amount"].int64 else { return }
                try from.update(key, ["amount": 0])
                let held = try to.get(key)?["amount"].int64 ?? 0
                try to.upsert(["id": .integer(key), "amount": .integer(held + moved)])
            }
        case 7: clock.advance(by: .seconds(Int.random(in: 1...20, using: &random)))
        case 8:
            _ = try await a.updateMany(
                where: Predicate(["kind": kind]), ["amount": .integer(amount)])
        default: await Task.yield()
        }
    }

    private func check(
        _ watchers: [Watcher], _ commits: [Commit], _ end: Timestamp
    ) -> [String] {
        var states: [Position: LiveState] = [:]
        var state = LiveState()
        var last = Position.start
        for commit in commits {
            state.apply(commit)
            states[commit.position] = state
        }
        var faults: [String] = []
        // The two writes after the end are not to be seen.
        let final = commits.dropLast(2).last.map(\.position)
        for watcher in watchers {
            last = .start
            for delivery in watcher.seen.values {
                if delivery.position < last { faults.append("\(watcher.shape): went back") }
                last = delivery.position
                let expected = watcher.shape.run(
                    states[delivery.position] ?? LiveState(), at: delivery.instant)
                if delivery.value != expected {
                    faults.append(
                        "\(watcher.shape), \(watcher.coalescing): \(delivery.value) at "
                            + "\(delivery.position), not \(expected)")
                }
            }
            guard let final, let state = states[final] else { continue }
            let expected = watcher.shape.run(state, at: end)
            if watcher.seen.values.last?.value != expected {
                faults.append(
                    "\(watcher.shape), \(watcher.coalescing): ends with "
                        + "\(String(describing: watcher.seen.values.last)), not \(expected)")
            }
        }
        return faults
    }
}
