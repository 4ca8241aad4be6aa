import StoreCore

extension ModelCommit {
    /// Whether an operation is refused before anybody looks at the state.
    static func isRefusedAtOnce(_ operation: ModelOperation) -> Bool {
        switch operation {
        case .insert(_, _, let fields, _), .upsert(_, _, let fields), .update(_, _, let fields, _),
            .updateMany(_, _, let fields):
            !isValid(fields)
        case .mutate, .replace, .delete, .expire, .increment, .setDeadline, .deleteMany, .clear:
            false
        }
    }

    private static func isValid(_ fields: Fields) -> Bool {
        let n = fields["n"]
        return n.isNull || (n.int64.map { (0...50).contains($0) } ?? false)
    }

    private static func isValid(_ n: Value?) -> Bool { isValid(["n": n ?? .null]) }

    mutating func perform(_ operation: ModelOperation) throws(ModelFailure) -> ModelResult {
        if Self.isRefusedAtOnce(operation) { throw .validation }
        switch operation {
        case .insert(let bucket, let number, let fields, let ttl):
            let key = key(bucket, number)
            let deadline = ttl.map { now + Int64($0) * 1_000_000 } ?? .max
            try insert(key, complete(bucket, number, fields), deadline: deadline)
            return .record(key)
        case .upsert(let bucket, let number, let fields):
            let key = key(bucket, number)
            if current(key) == nil {
                try insert(key, complete(bucket, number, fields), deadline: .max)
            } else {
                try merge(key, fields, nil, changesKey: false)
            }
            return .record(key)
        case .update(let bucket, let number, let fields, let version):
            try merge(key(bucket, number), fields, version, changesKey: isRekeyed(fields))
            return .record(key(bucket, number))
        case .mutate(let bucket, let number, let fields):
            try merge(key(bucket, number), fields, nil, changesKey: isRekeyed(fields))
            return .record(key(bucket, number))
        case .replace(let bucket, let number, let fields, let version):
            let complete = complete(bucket, number, fields)
            let isRefused = !Self.isValid(fields) || isRekeyed(fields)
            try change(key(bucket, number), version: version) { record throws(ModelFailure) in
                if isRefused { throw .validation }
                record.fields = complete
            }
            return .record(key(bucket, number))
        case .delete(let bucket, let number, let version):
            return .deleted(try delete(key(bucket, number), version: version))
        case .expire(let bucket, let number):
            let key = key(bucket, number)
            return .deleted(current(key) == nil && remove(key))
        case .increment(let bucket, let number, let field, let amount):
            try change(key(bucket, number), version: nil) { record throws(ModelFailure) in
                let sum = try Self.sum(record.fields[field] ?? 0, amount)
                if field == "n", !Self.isValid(sum) { throw .validation }
                record.fields[field] = sum
            }
            return .record(key(bucket, number))
        case .setDeadline(let bucket, let number, let ttl):
            let deadline = ttl.map { now + Int64($0) * 1_000_000 } ?? .max
            try touch(key(bucket, number), deadline: deadline)
            return .record(key(bucket, number))
        case .updateMany(let bucket, let predicate, let fields):
            let keys = matches(bucket, predicate)
            for key in keys { try merge(key, fields, nil, changesKey: isRekeyed(fields)) }
            return .count(keys.count)
        case .deleteMany(let bucket, let predicate):
            let keys = matches(bucket, predicate)
            for key in keys { _ = try delete(key, version: nil) }
            return .count(keys.count)
        case .clear(let bucket):
            return .count(clear(bucket))
        }
    }

    private func key(_ bucket: Int, _ number: Int) -> ModelKey {
        ModelKey(bucket: bucket, key: ModelBuckets.key(bucket, number))
    }

    private func isRekeyed(_ fields: Fields) -> Bool { !fields["anotherKey"].isNull }

    /// The fields of a whole record: with its key and its defaults, without nulls.
    private func complete(_ bucket: Int, _ number: Int, _ fields: Fields) -> [String: Value] {
        var whole: [String: Value] = fields.contains("rank") ? [:] : ["rank": 7]
        for (name, value) in ModelBuckets.given(bucket, number, fields, withKey: true)
        where !value.isNull {
            whole[name] = value
        }
        return whole
    }

    private mutating func merge(
        _ key: ModelKey, _ fields: Fields, _ version: Int?, changesKey: Bool
    ) throws(ModelFailure) {
        try change(key, version: version) { record throws(ModelFailure) in
            if changesKey || !Self.isValid(fields) { throw .validation }
            for (name, value) in fields where name != "anotherKey" {
                record.fields[name] = value.isNull ? Value?.none : value
            }
        }
    }

    private static func sum(_ one: Value, _ other: Value) throws(ModelFailure) -> Value {
        if case .integer(let one) = one, case .integer(let other) = other {
            let (sum, overflow) = one.addingReportingOverflow(other)
            if overflow { throw .validation }
            return .integer(sum)
        }
        guard let one = one.double, let other = other.double else { throw .validation }
        return .double(one + other)
    }

    /// What `ModelPolicy` does to the first bucket's changes, until there are none that it has not been shown.
    mutating func applyPolicy(fault: ModelFault?) throws(ModelFailure) {
        guard shape.hasPolicy else { return }
        while true {
            let changes = showChanges(to: 0)
            if changes.isEmpty { return }
            if fault == .policy { throw .refused("policy") }
            for change in changes { try review(change) }
        }
    }

    private mutating func review(_ change: Entry) throws(ModelFailure) {
        let fields = change.new?.fields ?? change.base?.fields ?? [:]
        if change.new != nil, let ttl = fields["ttl"]?.int {
            stamp(change.key, deadline: now + Int64(ttl) * 1_000_000)
        }
        if change.new != nil, let tally = fields["tally"]?.int, tally > 5,
            current(change.key).map({ $0.fields["tally"] != 0 }) ?? false
        {
            try self.change(change.key, version: nil) { $0.fields["tally"] = 0 }
        }
        guard let number = fields["child"]?.int else { return }
        let child = ModelKey(bucket: 1, key: ModelBuckets.key(1, number))
        guard let new = change.new else {
            remove(child)
            return
        }
        let mark = Value.integer(Int64(new.version))
        if let current = current(child), current.fields["note"] != mark {
            try self.change(child, version: nil) { $0.fields["note"] = mark }
        }
    }

    /// The whole of a commit: operations, policy, references, unique values, gate.
    static func run(
        _ state: ModelState, now: Int64, _ shape: ModelShape, fault: ModelFault?,
        _ body: (inout ModelCommit) throws(ModelFailure) -> Void
    ) throws(ModelFailure) -> (state: ModelState, commit: ModelCommit) {
        var commit = ModelCommit(state, now: now, shape)
        try body(&commit)
        // What gives way for the sake of a unique value is shown to the policy, too.
        var reviewed: Int
        repeat {
            repeat {
                try commit.applyPolicy(fault: fault)
                reviewed = commit.revision
                try commit.followReferences()
            } while commit.revision > reviewed
            try commit.checkUniques()
        } while commit.revision > reviewed
        try commit.checkReferences()
        if commit.isEffective, shape.hasGates, fault == .gate { throw .refused("gate") }
        return (commit.result, commit)
    }
}
