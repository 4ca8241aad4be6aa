import StoreCore
import StoreTesting
import TestSupport
import Testing

@Suite struct `Random reads` {
    /// A read set may cry wolf; it must never be calm about a commit that changes an answer.
    @Test(arguments: Volume.seeds(few: 6, full: 24))
    func `are answered as before as long as no commit concerns them`(seed: UInt64) async throws {
        var generator = RandomQueryGenerator(seed: seed)
        for number in 0..<12 {
            guard let fault = try await fault(&generator) else { continue }
            Issue.record("seed \(seed), case \(number): \(fault)")
            return
        }
    }

    /// Reads that were recorded together, and what they were answered.
    private struct Reads {
        let reads: [(read: RandomRead, cursor: Cursor?)]
        let recorder = ReadRecorder()
        var answers: [String] = []
        let snapshot: Snapshot

        init(_ reads: [RandomRead], of bucket: DynamicBucket, in store: Store) throws {
            self.reads = try reads.map { ($0, try $0.cursor(bucket)) }
            snapshot = try store.snapshot()
            answers = try self.reads.map {
                try $0.read.answer(bucket.tracked(by: recorder), after: $0.cursor)
            }
        }

        /// The reads that are answered otherwise now.
        func fault(_ bucket: DynamicBucket) throws -> String? {
            for ((read, cursor), answer) in zip(reads, answers) {
                let now = try read.answer(bucket, after: cursor)
                if now != answer { return "\(read): \(answer) became \(now)" }
            }
            return nil
        }
    }

    private func fault(_ generator: inout RandomQueryGenerator) async throws -> String? {
        let clock = ManualClock()
        let store = try await Store.start("reads", [.clock(clock)])
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: RandomQuery.schema, indexes: generator.indexes(),
            .order(generator.pick([.insertion, .key])))
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        var keys: Set<Int> = []
        var filling = WriteBatch()
        for key in 0..<generator.pick([1, 3, 12, 30]) {
            keys.insert(key)
            filling.insert(generator.record(key), into: bucket)
        }
        try await store.commit(filling)
        for _ in 0..<4 {
            let reads = (0..<generator.pick([1, 1, 1, 2])).map { _ in generator.read() }
            let known = try Reads(reads, of: bucket, in: store)
            for _ in 0..<12 {
                observer.reset()
                var batch = WriteBatch()
                for _ in 0..<generator.pick([1, 1, 3]) {
                    generator.deed(on: &keys, of: bucket, at: clock.now, in: &batch)
                }
                do {
                    try await store.commit(batch)
                } catch is UniqueConstraintError {
                    // A key that one operation has hidden is still there for the next one.
                    keys = Set(try bucket.all().ids)
                    continue
                }
                let readSet = known.recorder.readSet
                if observer.commits.contains(where: { readSet.intersects($0) }) { break }
                if let fault = try known.fault(bucket) {
                    return "the commit concerned nobody, but \(fault); \(changes(observer))"
                }
                let difference = known.snapshot.difference(to: try store.snapshot())
                if difference.contains(where: { readSet.intersects($0) }) {
                    return "the difference is concerned, no commit was: \(reads)"
                }
            }
        }
        await store.stop()
        return nil
    }

    private func changes(_ observer: RecordingObserver) -> String {
        observer.changes.map {
            "\($0.kind) \($0.key): \(String(describing: $0.old?.fields)) to "
                + "\(String(describing: $0.new?.fields))"
        }.joined(separator: ", ")
    }
}
