import StoreCore

/// What a store's two buckets hold, kept naively from its commits.
struct LiveState: Sendable {
    struct Item: Sendable {
        let key: Int64
        let kind: String
        let amount: Int64
        let expiresAt: Timestamp?
    }

    private var items: [String: [Int64: Item]] = ["a": [:], "b": [:]]

    init() {}

    /// Of two states at once, which no reader may see.
    init(a: LiveState, b: LiveState) {
        items = ["a": a.items["a"] ?? [:], "b": b.items["b"] ?? [:]]
    }

    /// When records of it expire.
    var deadlines: [Timestamp] { items.values.flatMap(\.values).compactMap(\.expiresAt) }

    mutating func apply(_ commit: Commit) {
        for change in commit.records {
            let key = change.key.value.int64 ?? 0
            items[change.bucket.name]?[key] = change.new.map {
                Item(
                    key: key, kind: $0["kind"].string ?? "", amount: $0["amount"].int64 ?? 0,
                    expiresAt: $0.expiresAt)
            }
        }
    }

    func items(of bucket: String, at instant: Timestamp) -> [Item] {
        (items[bucket] ?? [:]).values.filter { $0.expiresAt.map { $0 > instant } ?? true }
            .sorted { $0.key < $1.key }
    }
}

/// A query that can be run on a store and on what is kept of it.
enum LiveShape: Sendable {
    case amount(Int64)
    case count(String)
    case sumBetween(Int64, Int64)
    case greatest(Int)
    /// Both buckets: what is moved from one to the other is in one of them.
    case total
    /// By a key that another record gives.
    case follow(Int64)

    static func random(_ random: inout some RandomNumberGenerator) -> LiveShape {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .amount(.random(in: 0..<20, using: &random))
        case 1: return .count(["x", "y", "z"].randomElement(using: &random) ?? "x")
        case 2:
            let low = Int64.random(in: 0..<80, using: &random)
            return .sumBetween(low, low + 20)
        case 3: return .greatest(.random(in: 1...3, using: &random))
        case 4: return .total
        default: return .follow(.random(in: 0..<20, using: &random))
        }
    }

    func run(_ context: QueryReading) throws -> [Int64] {
        switch self {
        case .amount(let key): return [try context.a.get(key)?["amount"].int64 ?? -1]
        case .count(let kind):
            return [Int64(try context.a.where(["kind": .string(kind)]).count())]
        case .sumBetween(let low, let high):
            let range = Predicate.field("amount").between(low, high)
            return [try context.a.where(range).sum("amount").int64 ?? 0]
        case .greatest(let count):
            return try context.a.order(by: "amount", .descending).order(by: "id").limit(count).all()
                .compactMap { $0["id"].int64 }
        case .total:
            return [
                (try context.a.sum("amount").int64 ?? 0) + (try context.b.sum("amount").int64 ?? 0)
            ]
        case .follow(let key):
            guard let next = try context.a.get(key)?["amount"].int64 else { return [-1] }
            return [try context.b.get(next % 20)?["amount"].int64 ?? -2]
        }
    }

    func run(_ state: LiveState, at instant: Timestamp) -> [Int64] {
        let a = state.items(of: "a", at: instant)
        let b = state.items(of: "b", at: instant)
        switch self {
        case .amount(let key): return [a.first { $0.key == key }?.amount ?? -1]
        case .count(let kind): return [Int64(a.count { $0.kind == kind })]
        case .sumBetween(let low, let high):
            return [a.map(\.amount).filter { (low...high).contains($0) }.reduce(0, +)]
        case .greatest(let count):
            return a.sorted { ($1.amount, $0.key) < ($0.amount, $1.key) }.prefix(count).map(\.key)
        case .total: return [(a + b).map(\.amount).reduce(0, +)]
        case .follow(let key):
            guard let next = a.first(where: { $0.key == key })?.amount else { return [-1] }
            return [b.first { $0.key == next % 20 }?.amount ?? -2]
        }
    }
}

/// The two buckets as a query reads them.
struct QueryReading {
    let a: TrackedReader
    let b: TrackedReader
}
