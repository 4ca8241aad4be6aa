import StoreCore

/// The store as arrays of rows: what a commit leaves, and what a transaction would find.
struct NaiveState {
    /// By bucket and key.
    var rows = Shelf.allCases.map { [Row?](repeating: nil, count: $0.keys) }
    /// When each key was inserted, for the order of insertion.
    var births = Shelf.allCases.map { [Int](repeating: 0, count: $0.keys) }
    private var clock = 0
    /// Keys that were inserted up to here and are deleted keep their places, should they come again in the same
    /// transaction.
    private var horizon = 0

    subscript(_ shelf: Shelf, _ key: Int) -> Row? {
        get { rows[shelf.rawValue][key] }
        set {
            let birth = births[shelf.rawValue][key]
            if rows[shelf.rawValue][key] == nil, newValue != nil, birth == 0 || birth > horizon {
                clock += 1
                births[shelf.rawValue][key] = clock
            }
            if newValue == nil, horizon == 0 { births[shelf.rawValue][key] = 0 }
            rows[shelf.rawValue][key] = newValue
        }
    }

    func visible(_ shelf: Shelf, _ key: Int, at now: Int64) -> Row? {
        guard let row = rows[shelf.rawValue][key], row.isVisible(at: now) else { return nil }
        return row
    }

    /// What a transaction goes on from: what is overdue is gone.
    mutating func begin(at now: Int64) {
        horizon = clock
        for shelf in [Shelf.things, .small] {
            for key in 0..<shelf.keys where self[shelf, key].map({ !$0.isVisible(at: now) }) == true
            {
                self[shelf, key] = nil
                births[shelf.rawValue][key] = 0
            }
        }
    }

    /// Carries out what a transaction has written, as it would be found at an instant.
    mutating func apply(_ write: Write, at now: Int64) {
        let shelf = write.shelf
        switch write.effect {
        case .put(let row):
            self[shelf, row.key] = row
        case .delete(let key):
            if visible(shelf, key, at: now) != nil { self[shelf, key] = nil }
        case .increment(let key, let amount):
            if var row = visible(shelf, key, at: now) {
                row.tally += amount
                self[shelf, key] = row
            }
        case .markRange(let low, let high, let mark):
            for row in Question.range(low, high).ask(self, shelf, at: now).rows {
                self[shelf, row.key]?.mark = mark
            }
        case .deleteRange(let low, let high):
            for row in Question.range(low, high).ask(self, shelf, at: now).rows {
                self[shelf, row.key] = nil
            }
        }
    }

    /// Takes in what a commit says.
    mutating func apply(_ commit: Commit) {
        // One key may stand twice: as what has expired, and as what has taken its place.
        for change in commit.records where change.kind == .deleted {
            if let (shelf, key) = Shelf.place(of: change) { self[shelf, key] = nil }
        }
        for change in commit.records {
            if let new = change.new, let (shelf, key) = Shelf.place(of: change) {
                self[shelf, key] = Row(new)
            }
        }
    }
}

extension Shelf {
    static func place(of change: Change) -> (Shelf, Int)? {
        guard let shelf = allCases.first(where: { $0.name == change.bucket.name }),
            let key = change.key.value.int
        else { return nil }
        return (shelf, key)
    }
}
