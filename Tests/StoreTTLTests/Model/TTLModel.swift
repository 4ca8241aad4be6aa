/// A record of the model: what it holds, when it ends, and its place in the order of insertion.
struct ModelRecord: Sendable, Equatable {
    var item: ModelItem
    /// In microseconds; `.max`: never.
    var expires: Int64
    var row: Int
}

/// How records of the model's bucket leave by themselves.
struct ModelShape: Sendable {
    var lifetime: Int64?
    var isSliding = false
    var limit: Int?
    var isSwept = false
    var isUnique = false
    var hasIndexes = true
}

/// What a model does wrong on purpose, to show that the comparison sees it.
enum ModelFault: CaseIterable, Sendable {
    case none
    case endsTooLate
    case endsTooEarly
    case updateBeginsAnew
    case replacementGoesOn
    case newestGivesWay
    case persistedIsForgotten
    case limitIsOneMore
}

/// The bucket as a dictionary, and what every operation does to it, one record after the other.
struct TTLModel: Sendable {
    let shape: ModelShape
    let fault: ModelFault
    /// What reads show, and what has become overdue since it was looked at last.
    private(set) var records: [String: ModelRecord] = [:]
    fileprivate(set) var nextRow = 1

    init(_ shape: ModelShape, _ fault: ModelFault = .none) {
        self.shape = shape
        self.fault = fault
    }

    func isOver(_ record: ModelRecord, at now: Int64) -> Bool {
        switch fault {
        case .endsTooLate: record.expires < now
        case .endsTooEarly: record.expires != .max && record.expires - 1 <= now
        default: record.expires <= now
        }
    }

    /// What a read at `now` shows, in order of insertion.
    func visible(at now: Int64) -> [ModelRecord] {
        records.values.filter { !isOver($0, at: now) }.sorted { $0.row < $1.row }
    }

    /// Forgets what no read shows any more.
    mutating func pass(to now: Int64) {
        records = records.filter { !isOver($0.value, at: now) }
    }

    mutating func take(_ records: [ModelRecord], nextRow: Int) {
        self.records = Dictionary(uniqueKeysWithValues: records.map { ($0.item.key, $0) })
        self.nextRow = nextRow
    }

    var nextDeadline: Int64? {
        records.values.map(\.expires).filter { $0 != .max }.min()
    }
}
