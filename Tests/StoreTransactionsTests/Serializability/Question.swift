import StoreCore

/// Something that a transaction asks of a bucket: once of the store, and again of the naive model.
enum Question: Equatable, Sendable {
    case key(Int)
    case exists(Int)
    /// Records of a range of an indexed field.
    case range(Int, Int)
    case count(Int, Int)
    /// The first of a range, in its order.
    case top(Int, from: Int)
    /// The last below a rank, in its order.
    case last(Int, below: Int)
    /// The weights of a range, added up.
    case sum(Int, Int)
    /// The first as they were inserted.
    case oldest(Int)
    /// Records that only a look at each finds.
    case heavy(Int)
    case all
}

/// What came back: rows, in no order where none was asked for, and how many.
struct Answer: Equatable, Sendable {
    var rows: [Row] = []
    var count: Int

    init(count: Int) { self.count = count }

    init(_ rows: [Row], isOrdered: Bool = false) {
        self.rows = isOrdered ? rows : rows.sorted { $0.key < $1.key }
        count = rows.count
    }
}

extension Question {
    /// Asks the store.
    func ask(_ bucket: WritableBucket) throws -> Answer {
        switch self {
        case .key(let key): Answer(try bucket.get(key).map { [Row($0)] } ?? [])
        case .exists(let key): Answer(count: try bucket.contains(key) ? 1 : 0)
        case .range(let low, let high):
            Answer(try bucket.where(Self.ranks(low, high)).all().map(Row.init))
        case .count(let low, let high):
            Answer(count: try bucket.where(Self.ranks(low, high)).count())
        case .top(let count, let low):
            Answer(
                try bucket.where(.field("rank") >= low).order(by: "rank").order(by: "key")
                    .limit(count).all().map(Row.init), isOrdered: true)
        case .last(let count, let high):
            Answer(
                try bucket.where(.field("rank") < high).order(by: "rank", .descending)
                    .order(by: "key").limit(count).all().map(Row.init), isOrdered: true)
        case .sum(let low, let high):
            Answer(
                count: try bucket.where(Self.ranks(low, high)).sum("weight").int ?? -1)
        case .oldest(let count):
            Answer(try bucket.first(count).map(Row.init), isOrdered: true)
        case .heavy(let weight):
            Answer(try bucket.where(.field("weight") >= weight).all().map(Row.init))
        case .all: Answer(try bucket.all().map(Row.init))
        }
    }

    static func ranks(_ low: Int, _ high: Int) -> Predicate {
        .field("rank") >= low && .field("rank") < high
    }

    /// Asks the model, by looking at every row.
    func ask(_ state: NaiveState, _ shelf: Shelf, at now: Int64) -> Answer {
        if case .key(let key) = self {
            return Answer(state.visible(shelf, key, at: now).map { [$0] } ?? [])
        }
        if case .exists(let key) = self {
            return Answer(count: state.visible(shelf, key, at: now) == nil ? 0 : 1)
        }
        let rows = state.rows[shelf.rawValue].compactMap { $0 }.filter { $0.isVisible(at: now) }
        switch self {
        case .range(let low, let high):
            return Answer(rows.filter { $0.rank >= low && $0.rank < high })
        case .count(let low, let high):
            return Answer(count: rows.filter { $0.rank >= low && $0.rank < high }.count)
        case .top(let count, let low):
            let sorted = rows.filter { $0.rank >= low }.sorted {
                ($0.rank, $0.key) < ($1.rank, $1.key)
            }
            return Answer(Array(sorted.prefix(count)), isOrdered: true)
        case .last(let count, let high):
            let sorted = rows.filter { $0.rank < high }.sorted {
                ($1.rank, $0.key) < ($0.rank, $1.key)
            }
            return Answer(Array(sorted.prefix(count)), isOrdered: true)
        case .sum(let low, let high):
            let range = rows.filter { $0.rank >= low && $0.rank < high }
            return Answer(count: range.reduce(0) { $0 + $1.weight })
        case .oldest(let count):
            let births = state.births[shelf.rawValue]
            let sorted = rows.sorted { births[$0.key] < births[$1.key] }
            return Answer(Array(sorted.prefix(count)), isOrdered: true)
        case .heavy(let weight): return Answer(rows.filter { $0.weight >= weight })
        default: return Answer(rows)
        }
    }
}
