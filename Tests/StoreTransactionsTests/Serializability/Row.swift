import StoreCore

/// What the checker knows of a record, in plain numbers.
struct Row: Equatable, Sendable {
    var key: Int
    /// Indexed.
    var rank: Int
    /// Not indexed.
    var weight: Int
    /// What increments and transfers change.
    var tally: Int
    /// Another number with each write: who reads it tells whose write it has seen.
    var mark: Int
    /// The last values that were appended; each is appended once in a run.
    var list: [Int] = []
    var deadline: Int64 = .max

    /// So many of the values that were appended are kept.
    static let listMax = 4

    mutating func append(_ value: Int) { list = list.suffix(Self.listMax - 1) + [value] }

    func isVisible(at now: Int64) -> Bool { deadline > now }
}

extension Row {
    static let schema: BucketSchema = [
        "key": .integer, "rank": .integer, "weight": .integer, "tally": .integer, "mark": .integer,
        "list": .array,
    ]

    init(_ record: Record) {
        key = record["key"].int ?? -1
        rank = record["rank"].int ?? -1
        weight = record["weight"].int ?? -1
        tally = record["tally"].int ?? -1
        mark = record["mark"].int ?? -1
        list = record["list"].array?.map { $0.int ?? -1 } ?? []
        deadline = record.expiresAt?.microseconds ?? .max
    }

    var fields: Fields {
        [
            "key": .integer(Int64(key)), "rank": .integer(Int64(rank)),
            "weight": .integer(Int64(weight)), "tally": .integer(Int64(tally)),
            "mark": .integer(Int64(mark)), "list": .array(list.map { .integer(Int64($0)) }),
        ]
    }

    var expiresAt: Timestamp? { deadline == .max ? nil : Timestamp(microseconds: deadline) }
}

/// The buckets of a run.
enum Shelf: Int, CaseIterable, Sendable {
    /// Lists that are appended to; their records stay.
    case registers
    /// Whose tallies are moved from one to another.
    case accounts
    /// Records that come, go and expire.
    case things
    /// As things, but only so many: others give way.
    case small

    var name: String { "\(self)" }

    /// Keys are below this.
    var keys: Int {
        switch self {
        case .registers: 16
        case .accounts: 6
        case .things: 24
        case .small: 16
        }
    }

    static let smallMax = 8
    /// What the accounts have together.
    static let total = 600
}
