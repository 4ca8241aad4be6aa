import StoreTesting
import TestSupport
import Testing

@testable import StoreCore

/// The index against asking every read set.
@Suite struct `Random read sets in an index` {
    @Test(arguments: Volume.seeds(few: 24, full: 240))
    func `are told of the commits that they intersect, and of no other`(seed: UInt64) async throws {
        var run = try await Run(seed: seed)
        for step in 0..<16 {
            try run.changeIndex()
            try await run.write()
            if let fault = run.fault() {
                Issue.record("seed \(seed), step \(step): \(fault)")
                break
            }
        }
        run.removeAll()
        #expect(run.index.count == 0 && run.index.buckets.isEmpty, "seed \(seed)")
        await run.store.stop()
    }

    /// A store, an index, and what is in it.
    private struct Run {
        let store: Store
        let clock = ManualClock()
        let observer: RecordingObserver
        let index = ReadSetIndex()
        var known: [UInt64: ReadSet] = [:]
        var buckets: [DynamicBucket] = []
        var keys: [Set<Int>] = [[], []]
        var hasField = false
        var generator: RandomQueryGenerator

        static let names = ["b", "c"]

        init(seed: UInt64) async throws {
            generator = RandomQueryGenerator(seed: seed)
            store = try await Store.start("reads", [.clock(clock)])
            observer = RecordingObserver(
                generator.pick([
                    CommitInterest(needsOldImages: true), CommitInterest(needsOldImages: true),
                    CommitInterest(needsOldImages: true, bucketsWithOldImages: ["b"]), .all,
                ]))
            _ = try await store.attach(observer)
            for name in Run.names { buckets.append(try await define(name)) }
            var filling = WriteBatch()
            for number in buckets.indices {
                for key in 0..<generator.pick([1, 12, 30]) {
                    keys[number].insert(key)
                    filling.insert(record(key), into: buckets[number])
                }
            }
            try await store.commit(filling)
            observer.reset()
        }

        private mutating func define(_ name: String) async throws -> DynamicBucket {
            try await store.defineBucket(
                name, key: "id", schema: RandomQuery.schema, indexes: generator.indexes(),
                .order(generator.pick([.insertion, .key])))
        }

        // MARK: Reading

        /// Puts in, replaces and takes out.
        mutating func changeIndex() throws {
            for _ in 0..<generator.below(8) {
                let id = UInt64(generator.below(24))
                if generator.below(4) == 0 {
                    index.remove(id)
                    known[id] = nil
                    continue
                }
                let recorder = ReadRecorder()
                for _ in 0..<generator.pick([1, 1, 1, 2, 4]) { try read(recorder) }
                index.insert(recorder.readSet, as: id)
                known[id] = recorder.readSet
            }
        }

        mutating func removeAll() { for id in known.keys { index.remove(id) } }

        private mutating func read(_ recorder: ReadRecorder) throws {
            let bucket = generator.pick(buckets)
            var read = generator.read()
            if generator.below(3) == 0 { read.condition = nested(read.condition) }
            _ = try read.answer(bucket.tracked(by: recorder), after: try read.cursor(bucket))
        }

        /// A condition with one that leads into an object, or on what the store knows of records.
        private mutating func nested(_ condition: RandomCondition?) -> RandomCondition {
            let value: Value = generator.pick([.null, 1, 2, 2.5, "a"])
            let more: RandomCondition =
                switch generator.below(5) {
                case 0: .equal("o.k", value)
                case 1: .less("o.k", value)
                case 2: .isIn("o.k", (0..<generator.pick([1, 3, 80])).map { .integer(Int64($0)) })
                case 3: .lessOrEqual("_version", .integer(Int64(generator.below(4))))
                default: .both(.not(.less("a", 1)), .less("a", 3))
                }
            guard let condition else { return more }
            return generator.below(3) == 0 ? .either(condition, more) : .both(condition, more)
        }

        // MARK: Writing

        private mutating func record(_ key: Int) -> Fields {
            var record = generator.record(key)
            if generator.below(2) == 0 { record["o"] = object() }
            return record
        }

        private mutating func object() -> Value {
            generator.pick([["k": 1], ["k": 2.0], ["k": "a"], ["j": 1], 5])
        }

        mutating func write() async throws {
            switch generator.below(24) {
            case 0:
                try await store.dropBucket("c")
                buckets[1] = try await define("c")
                keys[1] = []
            case 1:
                try await store.updateBucket(
                    "b", adding: hasField ? [:] : ["y": .integer], removing: hasField ? ["y"] : [])
                hasField.toggle()
            default: try await writeRecords()
            }
        }

        private mutating func writeRecords() async throws {
            var batch = WriteBatch()
            for _ in 0..<generator.pick([1, 1, 1, 3, 12]) {
                let number = generator.below(2)
                if generator.below(5) == 0, let key = keys[number].min() {
                    batch.update(key, ["o": object()], in: buckets[number])
                } else {
                    generator.deed(
                        on: &keys[number], of: buckets[number], at: clock.now, in: &batch)
                }
            }
            do { try await store.commit(batch) } catch is UniqueConstraintError {
                // A key that one operation has hidden is still there for the next one.
                for number in buckets.indices {
                    keys[number] = Set(try buckets[number].all().ids)
                }
            }
        }

        // MARK: Comparing

        /// What the index says otherwise than the read sets do.
        func fault() -> String? {
            defer { observer.reset() }
            for commit in observer.commits {
                var told: [UInt64: ReadSet.Meeting] = [:]
                var fault: String?
                index.forEachMeeting(commit) { id, meeting in
                    if told.updateValue(meeting, forKey: id) != nil { fault = "\(id) twice" }
                }
                if let fault { return fault }
                for (id, reads) in known {
                    if let fault = self.fault(reads, told[id], commit) { return "\(id): \(fault)" }
                }
                let strangers = Set(told.keys).subtracting(known.keys)
                if !strangers.isEmpty { return "\(strangers) are not there" }
            }
            return nil
        }

        private func fault(
            _ reads: ReadSet, _ meeting: ReadSet.Meeting?, _ commit: Commit
        ) -> String? {
            guard reads.intersects(commit) else {
                return meeting.map { "told in vain: \($0)" }
            }
            guard let meeting else { return "not told of \(commit.changes.map { "\($0)" })" }
            if let bucket = reads.redefined(by: commit) {
                return meeting.term == .definition ? nil : "\(bucket) was redefined: \(meeting)"
            }
            let first = commit.records.lazy.compactMap { reads.meeting($0) }.first
            guard let first, let change = meeting.change, change.key == first.change?.key,
                change.bucket == first.bucket, meeting.isSure == first.isSure
            else { return "\(meeting) instead of \(String(describing: first))" }
            return nil
        }
    }
}
