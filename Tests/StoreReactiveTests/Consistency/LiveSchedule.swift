import StoreCore
import StoreReactive
import StoreTTL
import StoreTesting

/// Some writers and many watchers of one store, at random.
struct LiveSchedule {
    let seed: UInt64

    private struct Watcher: Sendable {
        let shape: LiveShape
        let coalescing: Coalescing
        let seen = Seen<LiveDelivery>()

        /// What it was shown; of that, `count` deliveries had begun when it was cancelled.
        func watched(_ count: Int) -> LiveWatched {
            let deliveries = seen.values.enumerated().map { number, delivery in
                var delivery = delivery
                delivery.isAfterCancel = number >= count
                return delivery
            }
            return LiveWatched(shape: shape, coalescing: coalescing, deliveries: deliveries)
        }
    }

    func record() async throws -> LiveRecording {
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
            let (suspends, isSlow) = (
                Bool.random(using: &random), Bool.random(using: &random)
            )
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
                        LiveDelivery(
                            value: update.value, position: update.position,
                            instant: update.instant))
                    // Results come while it is busy with one.
                    if isSlow { for _ in 0..<8 { await Task.yield() } }
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
        let end = (position: store.position, instant: store.now)
        // What comes after the end is not to be seen.
        try await b.upsert(["id": 0, "kind": "x", "amount": 1_000])
        try await a.upsert(["id": 0, "kind": "x", "amount": 1_000])
        try await store.settle()
        let history = LiveHistory(observer.commits, end: end.position, at: end.instant)
        registration.cancel()
        await store.stop()
        return LiveRecording(
            history: history, watchers: zip(watchers, told).map { $0.watched($1) })
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
}
