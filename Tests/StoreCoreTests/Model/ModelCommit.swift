import StoreCore

/// How a write ended.
enum ModelFailure: Error, Equatable {
    case notFound, unique, reference, conflict, validation
    case refused(String)
    case unexpected(String)

    init(_ error: any Error) {
        switch error {
        case is RecordNotFoundError: self = .notFound
        case is UniqueConstraintError: self = .unique
        case is ReferenceError: self = .reference
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
        /// Whether the policy has been shown it as it is.
        var isShown = false

        var isEffective: Bool { base != nil || new != nil }
    }

    let before: ModelState
    let shape: ModelShape
    private var nextOrder: Int
    let now: Int64
    private(set) var entries: [Entry] = []
    /// Counts the changes to the entries.
    private(set) var revision = 0

    init(_ state: ModelState, now: Int64, _ shape: ModelShape) {
        before = state
        self.shape = shape
        nextOrder = state.nextOrder
        self.now = now
    }

    func place(_ key: ModelKey) -> Int? {
        entries.lastIndex { $0.key == key && !$0.isSealed }
    }

    func isTouched(_ key: ModelKey) -> Bool { entries.contains { $0.key == key } }

    func isOverdue(_ record: ModelRecord) -> Bool { record.deadline <= now }

    /// The record as it stands in the commit; overdue ones are not seen.
    func current(_ key: ModelKey) -> ModelRecord? {
        let record = isTouched(key) ? place(key).flatMap { entries[$0].new } : before[key]
        return record.flatMap { isOverdue($0) ? nil : $0 }
    }

    private mutating func append(_ entry: Entry) {
        entries.append(entry)
        revision += 1
    }

    private mutating func set(_ place: Int, _ new: ModelRecord?) {
        entries[place].new = new
        entries[place].isShown = false
        revision += 1
    }

    /// Takes out what the commit leaves overdue, for good.
    private mutating func expire(_ place: Int) {
        set(place, nil)
        entries[place].isSealed = true
    }

    /// Takes out what is stored and overdue, for good.
    private mutating func expireStored(_ key: ModelKey) {
        append(Entry(key: key, base: before[key], new: nil, isSealed: true))
    }

    mutating func set(_ key: ModelKey, _ new: ModelRecord?) {
        if let place = place(key) {
            if let old = entries[place].new, isOverdue(old) {
                expire(place)
            } else if new != nil, entries[place].new == nil, entries[place].base == nil {
                // What came and went does not come back: this is another one.
                entries[place].isSealed = true
            } else {
                return set(place, new)
            }
        } else if !isTouched(key), let stored = before[key] {
            guard isOverdue(stored) else {
                return append(Entry(key: key, base: stored, new: new))
            }
            expireStored(key)
        }
        append(Entry(key: key, base: nil, new: new))
    }

    // MARK: Operations

    mutating func insert(_ key: ModelKey, _ fields: [String: Value], deadline: Int64)
        throws(ModelFailure)
    {
        guard current(key) == nil else { throw .unique }
        var new = ModelRecord(
            fields: fields, order: nextOrder, created: now, updated: now, deadline: deadline)
        if let place = place(key), entries[place].new == nil, let base = entries[place].base {
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

    /// Moves a record's end, which makes no new version of it.
    mutating func touch(_ key: ModelKey, deadline: Int64) throws(ModelFailure) {
        guard var record = current(key) else { throw .notFound }
        record.deadline = deadline
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
    func stored(_ bucket: Int) -> [ModelKey] {
        before.buckets[bucket].sorted { $0.value.order < $1.value.order }
            .map { ModelKey(bucket: bucket, key: $0.key) }
    }

    mutating func clear(_ bucket: Int) -> Int {
        var cleared = 0
        for place in entries.indices where entries[place].key.bucket == bucket {
            guard let new = entries[place].new else { continue }
            if isOverdue(new) {
                expire(place)
            } else {
                set(place, nil)
                cleared += 1
            }
        }
        for key in stored(bucket) where !isTouched(key) {
            if current(key) == nil {
                expireStored(key)
            } else {
                set(key, nil)
                cleared += 1
            }
        }
        return cleared
    }

    /// What a policy's deletion does: overdue records go, too; returns whether there was one.
    @discardableResult
    mutating func remove(_ key: ModelKey) -> Bool {
        if current(key) != nil {
            set(key, nil)
        } else if let place = place(key), entries[place].new != nil {
            expire(place)
        } else if !isTouched(key), before[key] != nil {
            expireStored(key)
        } else {
            return false
        }
        return true
    }

    mutating func stamp(_ key: ModelKey, deadline: Int64) {
        if let place = place(key) { entries[place].new?.deadline = deadline }
    }

    /// The effective changes to a bucket that the policy has not been shown yet; they count as shown.
    mutating func showChanges(to bucket: Int) -> [Entry] {
        let places = entries.indices.filter {
            entries[$0].key.bucket == bucket && entries[$0].isEffective && !entries[$0].isShown
        }
        for place in places { entries[place].isShown = true }
        return places.map { entries[$0] }
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

    /// Judges unique values on the final state; of records with the same value, overdue ones give way.
    mutating func checkUniques() throws(ModelFailure) {
        let after = after
        var overdue: Set<ModelKey> = []
        var isRefused = false
        for (key, one) in entries.compactMap({ entry in entry.new.map { (entry.key, $0) } }) {
            for index in shape.uniques {
                guard let values = index.uniqueValues(of: one.fields) else { continue }
                for (otherKey, other) in after.buckets[key.bucket] where otherKey != key.key {
                    guard index.uniqueValues(of: other.fields) == values else { continue }
                    if !isOverdue(one), !isOverdue(other) { isRefused = true }
                    if isOverdue(one) { overdue.insert(key) }
                    if isOverdue(other) {
                        overdue.insert(ModelKey(bucket: key.bucket, key: otherKey))
                    }
                }
            }
        }
        for key in overdue {
            if let place = place(key) { expire(place) } else { expireStored(key) }
        }
        // What gives way may take others along.
        if isRefused, overdue.isEmpty { throw .unique }
    }

    /// The state that the commit leaves, with its position.
    var result: ModelState {
        var state = after
        if isEffective { state.position += 1 }
        return state
    }
}
