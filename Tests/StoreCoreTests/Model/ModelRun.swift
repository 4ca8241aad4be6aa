import StoreTesting

@testable import StoreCore

/// Runs steps on a store and on the model, and tells the first thing in which they differ.
final class ModelRun {
    struct Mismatch: Error, CustomStringConvertible {
        let step: Int
        let description: String
    }

    struct Held {
        let snapshot: Snapshot
        let state: ModelState
    }

    let harness: ModelHarness
    private(set) var model = ModelState()
    private(set) var held: [Int: Held] = [:]
    private var fault: ModelFault?
    var random: SeededRandom
    private let base: Int
    let shape: ModelShape

    private init(seed: UInt64) async throws {
        harness = try await ModelHarness(seed: seed)
        shape = ModelShape(seed: seed)
        random = SeededRandom(seed &+ 77)
        base = Int(harness.store.position.value)
    }

    /// Runs `steps`, and tells the first difference; nil if there is none.
    ///
    /// Invariants are checked after every step, everything is compared after every `interval` of them.
    static func mismatch(
        _ steps: [ModelStep], seed: UInt64, interval: Int
    ) async -> Mismatch? {
        let observer: ReplayingObserver
        do {
            let run = try await ModelRun(seed: seed)
            observer = run.harness.observer
            for (number, step) in steps.enumerated() {
                do {
                    try await run.take(step)
                    try run.checkStep()
                    if number % interval == 0 || number == steps.count - 1 { try run.compareAll() }
                    if number % (interval * 8) == 0 || number == steps.count - 1 {
                        try run.expectNone(run.harness.store.state.ownershipViolations())
                    }
                } catch let complaint as Complaint {
                    return Mismatch(step: number, description: complaint.text)
                }
            }
        } catch {
            return Mismatch(step: -1, description: "\(error)")
        }
        Reaper.shared.drain()
        let live = observer.replica.liveRecords
        return live == 0
            ? nil : Mismatch(step: steps.count, description: "\(live) records outlive their store")
    }

    /// What differs.
    struct Complaint: Error {
        let text: String
    }

    func expect(_ condition: Bool, _ text: @autoclosure () -> String) throws {
        if !condition { throw Complaint(text: text()) }
    }

    func expectNone(_ violations: [String]) throws {
        try expect(violations.isEmpty, violations.prefix(4).joined(separator: "; "))
    }

    /// How many commits the store has made since the run began.
    var commits: Int { Int(harness.store.position.value) - base }

    var now: Int64 { harness.clock.now.microseconds }

    // MARK: Steps

    private func take(_ step: ModelStep) async throws {
        switch step {
        case .advance(let seconds): harness.clock.advance(by: .seconds(seconds))
        case .hold(let slot):
            held[slot] = Held(snapshot: try harness.store.snapshot(), state: model)
        case .drop(let slot): held[slot] = nil
        case .arm(let fault): self.fault = fault
        case .alter(let bucket, let alteration): try await alter(bucket, alteration)
        case .one(let operation): try await takeOne(operation)
        case .batch(let operations, let require): try await takeBatch(operations, require)
        case .write(let operations, let catches, let throwsAtEnd):
            try await takeWrite(operations, catches: catches, throwsAtEnd: throwsAtEnd)
        case .swap(let bucket, let one, let other):
            let keys = [one, other].map {
                ModelKey(bucket: bucket, key: ModelBuckets.key(bucket, $0))
            }
            let names = keys.map { model[$0]?.fields["name"] ?? .null }
            let swap: [ModelOperation] = [
                .update(bucket, one, ["name": names[1]], version: nil),
                .update(bucket, other, ["name": names[0]], version: nil),
            ]
            try await takeBatch(swap, nil)
        case .fill(let bucket, let first, let count):
            let inserts = (first..<first + count).map {
                let fields: Fields = ["group": .string("g\($0 % 3)"), "score": .integer(Int64($0))]
                return ModelOperation.insert(bucket, $0, fields, ttl: nil)
            }
            try await takeBatch(inserts, nil)
        }
    }

    private func alter(_ number: Int, _ alteration: ModelAlteration) async throws {
        // The model knows nothing of it: no record changes, and every answer stays what it was.
        model.position += 1
        let store = harness.store
        let bucket = harness.buckets[number]
        let name = bucket.name
        if let index = ModelBuckets.alterations[alteration]?.definition {
            let isThere = bucket.definition.indexes.contains(index)
            try await store.updateBucket(
                name, addingIndexes: isThere ? [] : [index], removingIndexes: isThere ? [index] : []
            )
            return
        }
        switch alteration {
        case .field where bucket.definition.schema["level"] != nil:
            try await store.updateBucket(name, removing: ["level"], removingIndexes: ["level"])
        default:
            try await store.updateBucket(
                name, adding: ["level": .integer], addingIndexes: ["level"])
        }
    }

    /// Runs a write on both sides; `model` and `store` return what is to be equal.
    func commit<R: Equatable>(
        _ operations: [ModelOperation], mayRefuseAtOnce: Bool,
        model body: (inout ModelCommit) throws(ModelFailure) -> R,
        result: (ModelState) -> [ModelRecord?],
        store write: () async throws -> (R, [Record?])
    ) async throws {
        let armed = fault
        fault = nil
        var wanted: Result<R, ModelFailure>
        var after = model
        do throws(ModelFailure) {
            if mayRefuseAtOnce, operations.contains(where: ModelCommit.isRefusedAtOnce) {
                throw .validation
            }
            var value: R?
            after = try ModelCommit.run(model, now: now, shape, fault: armed) {
                commit throws(ModelFailure) in
                value = try body(&commit)
            }.state
            wanted = .success(value!)
        } catch {
            wanted = .failure(error)
        }
        harness.faults.armed = armed
        let found: Result<R, ModelFailure>
        var records: [Record?] = []
        do {
            let (value, left) = try await write()
            found = .success(value)
            records = left
        } catch let complaint as Complaint {
            throw complaint
        } catch {
            found = .failure(ModelFailure(error))
        }
        harness.faults.armed = nil
        try expect(found == wanted, "ended with \(found) instead of \(wanted)")
        guard case .success = wanted else { return }
        model = after
        for (record, wanted) in zip(records, result(after)) {
            if let record, let wanted { try compare(record, wanted) }
            try expect(
                (record == nil) == (wanted == nil), "left \(record as Any), not \(wanted as Any)")
        }
    }
}
