import StoreCore

/// How a write ended.
enum ModelFailure: Error, Equatable {
    case notFound, unique, conflict, validation
    case refused(String)
    case unexpected(String)

    init(_ error: any Error) {
        switch error {
        case is RecordNotFoundError: self = .notFound
        case is UniqueConstraintError: self = .unique
        case is ConflictError: self = .conflict
        case is ValidationError: self = .validation
        case let refusal as ModelRefusal: self = .refused(refusal.by)
        case let failure as ModelFailure: self = failure
        default: self = .unexpected("\(error)")
        }
    }
}

/// What an operation came to.
enum ModelResult: Equatable {
    case record(ModelKey)
    case deleted(Bool)
    case count(Int)

    var count: Int {
        switch self {
        case .record: 1
        case .deleted(let deleted): deleted ? 1 : 0
        case .count(let count): count
        }
    }
}

/// A commit in the making, by the rules and without any cleverness.
struct ModelCommit {
    struct Entry {
        let key: ModelKey
        let base: ModelRecord?
        var new: ModelRecord?
        var isSealed = false

        var isEffective: Bool { base != nil || new != nil }
    }

    private let before: ModelState
    let shape: ModelShape
    private var nextOrder: Int
    let now: Int64
    private(set) var entries: [Entry] = []

    init(_ state: ModelState, now: Int64, _ shape: ModelShape) {
        before = state
        self.shape = shape
        nextOrder = state.nextOrder
        self.now = now
    }

    private func place(_ key: ModelKey) -> Int? {
        entries.lastIndex { $0.key == key && !$0.isSealed }
    }

    /// The record as it stands in the commit; overdue ones are not seen unless the commit has touched them.
    func current(_ key: ModelKey) -> ModelRecord? {
        if let place = place(key) { return entries[place].new }
        return before[key].flatMap { $0.deadline > now ? $0 : nil }
    }

    private mutating func set(_ key: ModelKey, _ new: ModelRecord?) {
        if let place = place(key) {
            let base = entries[place].base
            if new != nil, entries[place].new == nil, base.map({ $0.deadline <= now }) ?? true {
                // What a clearing took out as overdue does not come back, nor what came and went: this is another one.
                entries[place].isSealed = true
                entries.append(Entry(key: key, base: nil, new: new))
            } else {
                entries[place].new = new
            }
            return
        }
        var base = before[key]
        if let overdue = base, overdue.deadline <= now {
            entries.append(Entry(key: key, base: overdue, new: nil, isSealed: true))
            base = nil
        }
        entries.append(Entry(key: key, base: base, new: new))
    }

    // MARK: Operations

    mutating func insert(_ key: ModelKey, _ fields: [String: Value], deadline: Int64)
        throws(ModelFailure)
    {
        guard current(key) == nil else { throw .unique }
        var new = ModelRecord(
            fields: fields, order: nextOrder, created: now, updated: now, deadline: deadline)
        let base = place(key).flatMap { entries[$0].base }
        if let base, base.deadline > now {
            // Deleted by this very commit: the record goes on.
            (new.version, new.order, new.created) = (base.version + 1, base.order, base.created)
        } else {
            nextOrder += 1
        }
        set(key, new)
    }

    mutating func change(
        _ key: ModelKey, version: Int?, _ body: (inout ModelRecord) throws(ModelFailure) -> Void
    ) throws(ModelFailure) {
        guard var record = current(key) else { throw version == nil ? .notFound : .conflict }
        if let version, record.version != version { throw .conflict }
        try body(&record)
        record.version += 1
        record.updated = now
        set(key, record)
    }

    mutating func delete(_ key: ModelKey, version: Int?) throws(ModelFailure) -> Bool {
        guard let record = current(key) else {
            if version != nil { throw .conflict }
            return false
        }
        if let version, record.version != version { throw .conflict }
        set(key, nil)
        return true
    }

    /// The keys that satisfy a predicate: untouched records in order of insertion, then those of the commit.
    func matches(_ bucket: Int, _ predicate: ModelPredicate) -> [ModelKey] {
        let touched = entries.filter { $0.key.bucket == bucket && !$0.isSealed }.map(\.key)
        let keys = stored(bucket).filter { place($0) == nil } + touched
        return keys.filter { key in current(key).map { predicate.holds(for: $0.fields) } ?? false }
    }

    /// The keys of the state before, in order of insertion.
    private func stored(_ bucket: Int) -> [ModelKey] {
        before.buckets[bucket].sorted { $0.value.order < $1.value.order }
            .map { ModelKey(bucket: bucket, key: $0.key) }
    }

    mutating func clear(_ bucket: Int) -> Int {
        var cleared = 0
        for entry in entries where entry.key.bucket == bucket && entry.new != nil {
            set(entry.key, nil)
            cleared += 1
        }
        for key in stored(bucket) where !entries.contains(where: { $0.key == key }) {
            if current(key) != nil { cleared += 1 }
            entries.append(Entry(key: key, base: before[key], new: nil))
        }
        return cleared
    }

    /// What a policy's deletion does: overdue records go, too.
    mutating func remove(_ key: ModelKey) {
        if current(key) != nil {
            set(key, nil)
        } else if place(key) == nil, let overdue = before[key] {
            entries.append(Entry(key: key, base: overdue, new: nil))
        }
    }

    mutating func stamp(_ key: ModelKey, deadline: Int64) {
        if let place = place(key) { entries[place].new?.deadline = deadline }
    }

    // MARK: The end

    var isEffective: Bool { entries.contains(where: \.isEffective) }

    /// The state after the commit, whether or not unique values agree.
    var after: ModelState {
        var state = before
        state.nextOrder = nextOrder
        for entry in entries where entry.isEffective { state[entry.key] = entry.new }
        return state
    }

    /// Judges unique values on the final state; overdue records give way.
    mutating func checkUniques() throws(ModelFailure) {
        for index in shape.uniques {
            for entry in entries {
                guard let new = entry.new, let values = index.uniqueValues(of: new.fields) else {
                    continue
                }
                for (key, other) in after.buckets[entry.key.bucket] {
                    let key = ModelKey(bucket: entry.key.bucket, key: key)
                    guard key != entry.key, index.uniqueValues(of: other.fields) == values else {
                        continue
                    }
                    guard other.deadline <= now, place(key) == nil else { throw .unique }
                    entries.append(Entry(key: key, base: other, new: nil, isSealed: true))
                }
            }
        }
    }

    /// The state that the commit leaves, with its position.
    var result: ModelState {
        var state = after
        if isEffective { state.position += 1 }
        return state
    }
}
