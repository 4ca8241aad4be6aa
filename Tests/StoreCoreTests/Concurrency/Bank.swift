import StoreCore
import StoreTesting
import Testing

/// Buckets whose contents obey rules after every commit, whoever writes.
///
/// - `left` and `right`: accounts, between which money moves in batches; the sum of both never changes.
/// - `right`: all records have the same epoch, which `updateMany` moves on.
/// - `pool`: money moves inside the bucket, so that one query can see whether it is all there.
/// - `bulk`: comes in batches of 260 and goes as a whole.
struct Bank: Sendable {
    static let accounts = 32
    static let bulkSize = 260
    static let opening: Int64 = 100

    let store: Store
    let left: DynamicBucket
    let right: DynamicBucket
    let pool: DynamicBucket
    let bulk: DynamicBucket

    init(_ options: [StoreOption] = []) async throws {
        let store = try await Store.start("bank", options)
        self.store = store
        let schema: BucketSchema = [
            "id": .integer, "balance": .integer, "epoch": .integer, "group": .integer,
        ]
        func define(_ name: String) async throws -> DynamicBucket {
            let bucket = try await store.defineBucket(
                name, key: "id", schema: schema, indexes: ["group", "balance"])
            try await bucket.insertMany((0..<Bank.accounts).map { Bank.account($0) })
            return bucket
        }
        left = try await define("left")
        right = try await define("right")
        pool = try await define("pool")
        bulk = try await store.defineBucket(
            "bulk", key: "id", schema: ["id": .string(generated: .uuid), "batch": .integer],
            indexes: ["batch"])
    }

    private static func account(_ number: Int) -> Fields {
        [
            "id": .integer(Int64(number)), "balance": .integer(opening), "epoch": 0,
            "group": .integer(Int64(number % 8)),
        ]
    }

    // MARK: What writers do

    /// Moves money from an account to another, in one commit.
    func move(_ random: inout SeededRandom) async throws {
        let one = Int.random(in: 0..<Bank.accounts, using: &random)
        let other = (one + Int.random(in: 1..<Bank.accounts, using: &random)) % Bank.accounts
        let amount = Int64.random(in: 1...9, using: &random)
        var batch = WriteBatch()
        let (from, to) = Bool.random(using: &random) ? (left, right) : (right, left)
        batch.increment(one, "balance", by: .integer(-amount), in: from)
        batch.increment(one, "balance", by: .integer(amount), in: to)
        batch.increment(one, "balance", by: .integer(-amount), in: pool)
        batch.increment(other, "balance", by: .integer(amount), in: pool)
        try await store.commit(batch)
    }

    func nextEpoch(_ epoch: Int) async throws {
        let count = try await right.updateMany(where: .all, ["epoch": .integer(Int64(epoch))])
        #expect(count == Bank.accounts)
    }

    func deliver(_ batch: Int) async throws {
        try await bulk.insertMany(
            (0..<Bank.bulkSize).map { _ in ["batch": .integer(Int64(batch))] })
    }

    /// Something else, with operations of their own commits.
    func churn(_ number: Int, _ round: Int, _ random: inout SeededRandom) async throws {
        let id = Int.random(in: 0..<Bank.accounts, using: &random)
        switch Int.random(in: 0..<16, using: &random) {
        case 0: try await deliver(number * 1_000 + round)
        case 1: try await bulk.clear()
        case 2: try await nextEpoch(number * 1_000 + round)
        case 3: try await left.update(id, ["group": .integer(Int64(round % 8))])
        case 4: try await left.update(id) { $0["note"] = .string("note \(round)") }
        case 5:
            try await pool.upsert(["id": .integer(Int64(id)), "group": .integer(Int64(round % 8))])
        case 6:
            try await store.write { tx in
                let pool = try tx.bucket("pool")
                try pool.delete(id)
                let rest = try pool.sum("balance").int64 ?? 0
                let balance = Int64(Bank.accounts) * Bank.opening - rest
                try pool.insert(["id": .integer(Int64(id)), "balance": .integer(balance)])
            }
        default: try await move(&random)
        }
    }

    // MARK: What must hold

    /// Whether a snapshot shows whole commits only.
    static func check(_ snapshot: Snapshot) throws {
        let left = try snapshot.bucket("left")
        let right = try snapshot.bucket("right")
        let money = try total(of: left) + total(of: right)
        #expect(money == 2 * Int64(accounts) * opening)
        #expect(try left.count() == accounts)
        try check(pool: try snapshot.bucket("pool"))
        try check(epochs: right)
        try check(bulk: try snapshot.bucket("bulk"))
    }

    /// The same as one query after another on the handles, each of which sees one position.
    func checkThroughHandles() throws {
        try Bank.check(pool: pool)
        try Bank.check(epochs: right)
        #expect(try bulk.count() % Bank.bulkSize == 0)
        let sizes = try bulk.groupBy("batch").count()
        #expect(sizes.allSatisfy { $0.count == Bank.bulkSize })
    }

    private static func total(of reader: some StoreReader) throws -> Int64 {
        try reader.sum("balance").int64 ?? 0
    }

    private static func check(pool: some StoreReader) throws {
        #expect(try total(of: pool) == Int64(accounts) * opening)
        #expect(try pool.count() == accounts)
    }

    private static func check(epochs right: some StoreReader) throws {
        #expect(try right.distinct("epoch").count == 1)
    }

    private static func check(bulk: some StoreReader) throws {
        let batches = try bulk.distinct("batch")
        for batch in batches {
            #expect(try bulk.count(where: .field("batch") == batch) == bulkSize)
        }
        #expect(try bulk.count() == batches.count * bulkSize)
    }

    /// Money that a difference creates or destroys: none.
    static func imbalance(_ changes: [Change]) -> Int64 {
        changes.reduce(0) { sum, change in
            guard ["left", "right"].contains(change.bucket.name) else { return sum }
            return sum + (change.new?["balance"].int64 ?? 0) - (change.old?["balance"].int64 ?? 0)
        }
    }
}
