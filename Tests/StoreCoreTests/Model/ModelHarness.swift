import StoreTesting
import Synchronization

@testable import StoreCore

/// A real store as a run uses it: two buckets, a policy, two gates and an observer.
final class ModelHarness {
    let store: Store
    let buckets: [DynamicBucket]
    let clock = ManualClock()
    let faults = ModelFaults()
    let gate = ReservingGate()
    let observer = ReplayingObserver()

    init(seed: UInt64) async throws {
        let faults = faults
        let shape = ModelShape(seed: seed)
        let options = [
            StoreOption.clock(clock),
            StoreOption { [gate] configuration in
                configuration.seed = ModelHarness.hash(seed)
                guard shape.hasGates else { return }
                configuration.add(gate)
                configuration.add(RefusingGate(faults))
            },
        ]
        store = try await Store.start("model", options)
        var buckets: [DynamicBucket] = []
        for bucket in 0..<2 {
            var options: [BucketOption] = bucket == 0 ? [] : [.order(.key)]
            if shape.hasPolicy, bucket == 0 {
                options = [BucketOption { $0.add(ModelPolicy(faults: faults)) }]
            }
            buckets.append(
                try await store.defineBucket(
                    ModelBuckets.names[bucket], key: ModelBuckets.keys[bucket],
                    schema: ModelBuckets.schema(bucket, shape),
                    indexes: ModelBuckets.indexes(shape), options))
        }
        self.buckets = buckets
        gate.reset()
        _ = try await store.attach(observer)
    }

    /// Secrets that repeat; some of them make all numbers' hashes equal.
    private static func hash(_ seed: UInt64) -> SeededHash {
        var random = SeededRandom(seed ^ 0xFFFF)
        let second = seed % 8 == 0 ? 0x9E37_79B9_7F4A_7C15 : random.next() | 1
        return SeededHash(first: random.next(), second: second)
    }
}

/// What is to go wrong with the next commit.
final class ModelFaults: Sendable {
    private let fault = Mutex<ModelFault?>(nil)

    var armed: ModelFault? {
        get { fault.withLock { $0 } }
        set { fault.withLock { $0 = newValue } }
    }
}

/// Stamps deadlines, resets tallies, marks and deletes children in the other bucket; refuses when armed.
struct ModelPolicy: WritePolicy {
    let faults: ModelFaults

    func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] {
        if faults.armed == .policy { throw ModelRefusal(by: "policy") }
        var actions: [PolicyAction] = []
        for change in context.changes {
            guard let record = change.new ?? change.old else { continue }
            if change.new != nil, let ttl = record["ttl"].int {
                actions.append(
                    .setDeadline(
                        bucket: context.bucket.name, key: change.key, context.now + .seconds(ttl)))
            }
            if change.new != nil, let tally = record["tally"].int, tally > 5 {
                // Shown again, since it changes the record itself.
                actions.append(
                    .update(bucket: context.bucket.name, key: change.key, ["tally": 0]))
            }
            guard let child = record["child"].int else { continue }
            let key = ModelBuckets.key(1, child)
            if let new = change.new {
                let mark: Fields = ["note": .integer(Int64(new.version))]
                actions.append(.update(bucket: ModelBuckets.names[1], key: key, mark))
            } else {
                actions.append(.delete(bucket: ModelBuckets.names[1], key: key, reason: .cascade))
            }
        }
        return actions
    }
}

/// Counts what it has admitted and what was taken back.
final class ReservingGate: CommitGate {
    private let count = Mutex(0)

    var reserved: Int { count.withLock { $0 } }
    func reset() { count.withLock { $0 = 0 } }
    func admit(_ proposal: Commit) { count.withLock { $0 += 1 } }
    func didRefuse(_ proposal: Commit) { count.withLock { $0 -= 1 } }
}

/// The last gate: refuses when armed.
final class RefusingGate: CommitGate {
    private let faults: ModelFaults
    init(_ faults: ModelFaults) { self.faults = faults }

    func admit(_ proposal: Commit) throws {
        if faults.armed == .gate { throw ModelRefusal(by: "gate") }
    }
}

/// Builds the state up from commits alone, and watches the lives of records.
final class ReplayingObserver: CommitObserver {
    struct Replica {
        var versions: [ModelKey: Int] = [:]
        var position: UInt64?
        var faults: [String] = []
        fileprivate var records: [Weak] = []

        /// How many of the records that commits brought are alive.
        var liveRecords: Int { records.count { $0.record != nil } }
    }

    fileprivate struct Weak {
        weak var record: RecordStorage?
    }

    private let state = Mutex(Replica())
    let interest = CommitInterest(needsOldImages: true)

    var replica: Replica { state.withLock { $0 } }

    func didCommit(_ commit: Commit) {
        state.withLock { replica in
            if let last = replica.position, commit.position.value != last + 1 {
                replica.faults.append("commit \(commit.position) follows \(last)")
            }
            replica.position = commit.position.value
            for change in commit.records { Self.replay(change, &replica) }
        }
    }

    private static func replay(_ change: Change, _ replica: inout Replica) {
        let bucket = ModelBuckets.names.firstIndex(of: change.bucket.name)!
        let key = ModelKey(bucket: bucket, key: change.key)
        let known = replica.versions[key]
        if change.old?.version != known || (change.kind == .inserted) != (known == nil)
            || (change.kind == .deleted) != (change.new == nil)
        {
            replica.faults.append(
                "\(change.kind) of \(key) from \(change.old?.version ?? 0), was \(known ?? 0)")
        }
        replica.versions[key] = change.new?.version
        if let new = change.new { replica.records.append(Weak(record: new.storage)) }
    }
}
