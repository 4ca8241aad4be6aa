import StoreCore
import StoreTesting
import Testing

/// What was read under one definition and is not true any more under another is never taken for true.
@Suite struct `Reads across changes of a definition` {
    @Test(arguments: UInt64(0)..<8)
    func `conflict, or give the same once more`(seed: UInt64) async throws {
        var run = try await Run(seed: seed)
        for round in 0..<200 {
            let before = try run.store.snapshot()
            let recorder = ReadRecorder()
            let key = Int.random(in: 0..<6, using: &run.random)
            let read = try Run.read(before, recorder, round, key)
            for _ in 0..<Int.random(in: 1...3, using: &run.random) { try await run.change() }
            let after = try run.store.snapshot()
            run.checkDifference(before, after, "seed \(seed), round \(round)")
            guard try Run.read(after, nil, round, key) != read else { continue }
            var batch = WriteBatch()
            batch.upsert(["id": 99], into: run.bucket)
            let requirement = CommitRequirement.unchanged(recorder.readSet, since: before)
            await #expect(throws: ConflictError.self, "seed \(seed), round \(round): \(read)") {
                try await run.store.commit(batch, requiring: [requirement])
            }
        }
    }

    private struct Run {
        let store: Store
        let bucket: DynamicBucket
        var random: SeededRandom
        var hasField = false
        var hasIndex = false

        init(seed: UInt64) async throws {
            // Without old images, versions are compared instead of commits.
            store = try await Store.start("reads", seed.isMultiple(of: 2) ? [.oldImages] : [])
            bucket = try await store.defineBucket(
                "b", key: "id", schema: ["id": .integer, "v": .integer, "w": .integer],
                indexes: ["v"])
            random = SeededRandom(seed << 32)
        }

        mutating func value() -> Value { .integer(Int64.random(in: 0..<6, using: &random)) }

        mutating func change() async throws {
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where hasField:
                try await store.updateBucket(
                    "b", removing: ["x"], removingIndexes: hasIndex ? ["x"] : [])
                (hasField, hasIndex) = (false, false)
            case 0:
                let initial = Column.Default.value(value())
                try await store.updateBucket("b", adding: ["x": .integer(default: initial)])
                hasField = true
            case 1 where hasIndex:
                try await store.updateBucket("b", removingIndexes: ["x"])
                hasIndex = false
            case 1 where hasField:
                try await store.updateBucket("b", addingIndexes: ["x"])
                hasIndex = true
            case 2: try await bucket.delete(Int.random(in: 0..<6, using: &random))
            default:
                try await bucket.upsert(["id": value(), "v": value(), "w": value(), "x": value()])
            }
        }

        static func read(
            _ snapshot: Snapshot, _ recorder: ReadRecorder?, _ kind: Int, _ key: Int
        ) throws -> String {
            let bucket = try snapshot.bucket("b")
            let reader: any StoreReader = recorder.map { bucket.tracked(by: $0) } ?? bucket
            let value = Value.integer(Int64(key))
            return switch kind % 5 {
            case 0: try "\(reader.query.where(["x": value]).all())"
            case 1: try "\(reader.query.order(by: "w").limit(2).all())"
            case 2: try "\(reader.query.where(["v": value]).sum("x"))"
            case 3: try "\(reader.query.where(["v": value]).select("w", "x").all())"
            default: try "\(reader.query.where(["id": value]).all())"
            }
        }

        /// The difference of two snapshots leads from the records of the one to those of the other.
        func checkDifference(_ before: Snapshot, _ after: Snapshot, _ what: String) {
            func versions(_ snapshot: Snapshot) -> [Key: Int] {
                let records = (try? snapshot.bucket("b").all()) ?? []
                return Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.version) })
            }
            var known = versions(before)
            for change in before.difference(to: after) { known[change.key] = change.new?.version }
            #expect(known == versions(after), "\(what)")
        }
    }
}
