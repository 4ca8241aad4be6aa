import StoreCore
import StoreEvents
import StoreTesting

extension Concurrency {
    /// One schedule, carried out by tasks that run at once.
    final class ScheduleRun: Sendable {
        private let schedule: Schedule
        private let bus: EventBusUnderTest
        private let clock = ManualClock()
        private let store: Store
        private let buckets: [DynamicBucket]
        private let recorder = RecordingObserver()
        private let places: [Place]
        private let writing: Guarded<Int>
        private let isOver = Guarded(false)

        /// A subscriber while it is there.
        private final class Place: Sendable {
            let plan: Plan
            let log = Log()
            let gate = Gate()
            let state = Guarded<(any SubscriptionUnderTest, Account)?>(nil)

            init(_ plan: Plan) { self.plan = plan }

            var subscription: (any SubscriptionUnderTest)? { state.withLock { $0?.0 } }
            func note(_ change: (inout Account) -> Void) {
                state.withLock { if $0 != nil { change(&$0!.1) } }
            }
        }

        /// - Returns: what is wrong with what the subscribers were told.
        static func findings(
            _ schedule: Schedule, on bus: EventBusUnderTest
        ) async throws -> [Finding] {
            try await ScheduleRun(schedule, bus).findings()
        }

        private init(_ schedule: Schedule, _ bus: EventBusUnderTest) async throws {
            self.schedule = schedule
            self.bus = bus
            let long = Duration.seconds(1 << 30)
            store = try await Store.start(
                "oracle", .clock(clock), .events(handlerLimit: long, stopLimit: long))
            _ = try await store.attach(recorder)
            var buckets: [DynamicBucket] = []
            for name in Schedule.buckets {
                buckets.append(
                    try await store.defineBucket(
                        name, key: "id",
                        schema: ["id": .integer, "stamp": .integer, "kind": .integer]))
            }
            self.buckets = buckets
            places = schedule.plans.map(Place.init)
            writing = Guarded(schedule.writers.count)
        }

        private func findings() async throws -> [Finding] {
            let ticking = Task.detached { [self] in
                while !isOver.withLock({ $0 }) {
                    clock.advance(by: .milliseconds(1))
                    await Task.yield()
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, commits) in schedule.writers.enumerated() {
                    group.addTask { try await self.write(number, commits) }
                }
                for place in places {
                    group.addTask { await self.live(place) }
                    group.addTask { await self.letGo(place) }
                }
                for position in schedule.settlings {
                    group.addTask {
                        await self.reach(position)
                        try await self.store.settle()
                    }
                }
                try await group.waitForAll()
            }
            try await comeToRest()
            isOver.withLock { $0 = true }
            await ticking.value
            await store.stop()
            let history = History(recorder.commits)
            return places.compactMap { $0.state.withLock { $0?.1 } }
                .flatMap { Oracle($0, history).findings }
        }

        // MARK: What the tasks do

        /// Returns once the store has come so far, or comes no further.
        private func reach(_ position: UInt64) async {
            await wait { store.position.value >= position || writing.withLock { $0 == 0 } }
        }

        private func write(_ number: Int, _ commits: [[Schedule.Write]]) async throws {
            defer { writing.withLock { $0 -= 1 } }
            for (round, writes) in commits.enumerated() {
                let stamp = Value.integer(Int64(number * 1_000 + round))
                if writes.count == 1 {
                    switch writes[0] {
                    case .put(let bucket, let key, let kind):
                        try await buckets[bucket].upsert(Self.record(key, kind, stamp))
                    case .delete(let bucket, let key): try await buckets[bucket].delete(key)
                    }
                } else {
                    try await store.write { tx in
                        for write in writes {
                            switch write {
                            case .put(let bucket, let key, let kind):
                                try tx.bucket(Schedule.buckets[bucket])
                                    .upsert(Self.record(key, kind, stamp))
                            case .delete(let bucket, let key):
                                try tx.bucket(Schedule.buckets[bucket]).delete(key)
                            }
                        }
                    }
                }
                await Task.yield()
            }
        }

        private static func record(_ key: Int, _ kind: Int, _ stamp: Value) -> Fields {
            ["id": .integer(Int64(key)), "kind": .integer(Int64(kind)), "stamp": stamp]
        }

        private func handler(_ place: Place) -> EventBusUnderTest.Handler {
            { events in
                let (delivery, attempt) = place.log.begin(events)
                defer { place.log.end() }
                if let hangs = place.plan.hangs, hangs.delivery == delivery, attempt == 1 {
                    await place.gate.pass()
                }
                for _ in 0..<delivery % 3 { await Task.yield() }
                if attempt <= place.plan.failures(in: delivery) { throw Mishap() }
            }
        }

        private struct Mishap: Error {}

        /// Comes, begins anew, and leaves.
        private func live(_ place: Place) async {
            let plan = place.plan
            await reach(plan.joins)
            let before = store.position.value
            let subscription = bus.subscribe(
                store, plan, { if $0.isRetried { place.log.announceRetry() } }, handler(place))
            let account = Account(
                plan: plan, joined: (before, store.position.value), figures: subscription.figures)
            place.state.withLock { $0 = (subscription, account) }
            for position in plan.restarts where position < plan.leaves?.at ?? .max {
                await reach(position)
                subscription.restart()
            }
            guard let leaves = plan.leaves else { return }
            await reach(leaves.at)
            let left = store.position.value
            place.note { $0.left = left }
            switch leaves.by {
            case .cancel:
                subscription.cancel()
                let begun = subscription.figures.delivered
                if plan.form != .sequence { place.note { $0.begunWhenCancelled = begun } }
            case .cancelAndWait:
                await subscription.cancelAndWait()
                let quiet = (place.log.count, place.log.isRunning)
                place.note { $0.whenQuiet = quiet }
            case .cancelTask: (subscription as? SequenceReader)?.task.cancel()
            }
        }

        /// Ends what its handler hangs in.
        private func letGo(_ place: Place) async {
            await reach(place.plan.hangs?.until ?? 0)
            place.gate.open()
        }

        // MARK: The end

        private func comeToRest() async throws {
            try await store.settle()
            for place in places {
                let begun = place.log.count
                let isPrompt = place.plan.form != .sequence && place.plan.attempts == 1
                place.note { if $0.left == nil, isPrompt { $0.begunWhenSettled = begun } }
            }
            for place in places {
                guard let subscription = place.subscription else { continue }
                // Whoever waits for another attempt is not waited for by `settle()`.
                func isIdle() -> Bool {
                    place.plan.form == .sequence || subscription.figures.isIdle
                }
                // What is wrong with a bus may keep it from ever coming to rest.
                let isAtRest =
                    bus.isReal
                    ? await wait(until: isIdle) : await wait(turns: 1_000_000, until: isIdle)
                let wasActive = subscription.figures.isActive
                await subscription.cancelAndWait()
                let hasOverflown = (subscription as? SequenceReader)?.hasOverflown ?? !wasActive
                let figures = subscription.figures
                place.note {
                    $0.isAtRest = isAtRest
                    $0.hasOverflown = hasOverflown && place.plan.buffer.isLimited
                    $0.figures = figures
                    $0.told = place.log.told
                }
            }
        }
    }
}
