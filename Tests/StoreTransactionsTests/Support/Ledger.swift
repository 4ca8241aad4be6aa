import StoreCore
import StoreTesting
import StoreTransactions

/// An account, for those who work with types.
struct Account: StoreRecord, Equatable {
    typealias Key = String
    var id: String
    var owner: String?
    var balance: Int
    var code: String?

    static let schema = Schema<Account>("accounts", key: \.id) { field in
        field(\.id, "id")
        field(\.owner, "owner").indexed()
        field(\.balance, "balance").range(-1_000...1_000).indexed()
        field(\.code, "code").unique()
    }
}

/// A store whose clock stands still, with accounts and entries that belong to them.
struct Ledger {
    let store: Store
    let clock = ManualClock()
    let accounts: DynamicBucket
    let typed: Bucket<Account>
    let entries: DynamicBucket

    init(_ options: [StoreOption] = [], onDelete action: ReferenceAction = .cascade) async throws {
        store = try await Store.start("ledger", options + [.clock(clock)])
        typed = try await store.defineBucket(Account.self)
        accounts = try store.bucket("accounts")
        entries = try await store.defineBucket(
            "entries", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement),
                "account": .string.references("accounts", onDelete: action), "amount": .integer,
            ])
    }

    /// A ledger with accounts `a`, `b` and so on, which hold 10, 20 and so on; every other one is Ann's.
    static func filled(
        _ keys: String = "abc", _ options: [StoreOption] = [],
        onDelete action: ReferenceAction = .cascade
    ) async throws -> Ledger {
        let ledger = try await Ledger(options, onDelete: action)
        try await ledger.accounts.insertMany(
            keys.enumerated().map { account("\($1)", 10 * ($0 + 1)) })
        return ledger
    }

    static func account(_ key: String, _ balance: Int = 0, owner: String? = nil) -> Fields {
        [
            "id": .string(key), "balance": .integer(Int64(balance)), "code": .string("code-\(key)"),
            "owner": .string(owner ?? ((balance / 10).isMultiple(of: 2) ? "Bob" : "Ann")),
        ]
    }

    var keys: [String] { get throws { try accounts.all().map(\.name) } }

    func balance(_ key: String) throws -> Int64? { try accounts.get(key)?["balance"].int64 }

    /// How many versions are held, and how many transactions are under way.
    var held: [Int] {
        get throws {
            let stats = try store.stats()
            let underWay = stats.components["transactions"]?["underWay"].int64 ?? 0
            return [stats.snapshots.positions, Int(underWay)]
        }
    }

    /// One figure of the transactions' part of the statistics.
    func figure(_ name: String) throws -> Int64? {
        try store.stats().components["transactions"]?[name].int64
    }

    /// The commits that `body` makes.
    func commits(_ body: () async throws -> Void) async throws -> [Commit] {
        let observer = RecordingObserver()
        let (registration, _) = try await store.attach(observer)
        defer { registration.cancel() }
        try await body()
        return observer.commits
    }
}

extension Record {
    /// The key as text.
    var name: String { key.value.string ?? "\(key.value)" }
}

extension Commit {
    /// What a test compares: `+a` for an insertion, `~a` for an update, `-a` for a deletion.
    var text: String {
        records.map { change in
            let sign = [.inserted: "+", .updated: "~"][change.kind] ?? "-"
            return sign + (change.key.value.string ?? "\(change.key.value)")
        }.joined(separator: " ")
    }
}

/// Runs `body` as somebody else: in a task that inherits nothing.
@discardableResult
func meanwhile<R: Sendable>(_ body: @escaping @Sendable () async throws -> R) async throws -> R {
    try await Task.detached { try await body() }.value
}

/// An error of nobody's.
struct Refusal: Error, Equatable {}
