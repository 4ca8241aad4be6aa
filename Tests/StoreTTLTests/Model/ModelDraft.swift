import StoreCore

/// What one commit makes of the model: its operations one after the other, and then the rules on what they leave.
struct ModelDraft {
    /// A deadline that may depend on when the commit happens.
    private enum Deadline {
        case at(Int64)
        /// A lifetime from the commit's instant on, and not before `floor`.
        case fromCommit(floor: Int64)
    }

    private struct Draft {
        var item: ModelItem
        var deadline: Deadline
        var row: Int
    }

    let model: TTLModel
    let now: Int64
    private let base: [String: ModelRecord]
    private var drafts: [String: Draft]
    private var nextRow: Int
    private(set) var touched: Set<String> = []
    /// Whether the commit depends on everything that was there.
    var readsAll = false
    private var hasWritten = false
    /// Keys whose record the commit itself has let expire, so that what is inserted is none of its successors.
    private var ended: Set<String> = []
    private var reasons: [String: Change.Reason] = [:]

    init(_ model: TTLModel, at now: Int64) {
        self.model = model
        self.now = now
        base = model.records.filter { !model.isOver($0.value, at: now) }
        drafts = base.mapValues { Draft(item: $0.item, deadline: .at($0.expires), row: $0.row) }
        nextRow = model.nextRow
    }

    private var shape: ModelShape { model.shape }

    private func end(_ deadline: Deadline, at now: Int64) -> Int64 {
        switch deadline {
        case .at(let instant): instant
        case .fromCommit(let floor): max(floor, now + (shape.lifetime ?? 0))
        }
    }

    private func record(_ draft: Draft, at now: Int64) -> ModelRecord {
        ModelRecord(item: draft.item, expires: end(draft.deadline, at: now), row: draft.row)
    }

    /// What the operations so far leave for reads between them.
    var visible: [ModelRecord] {
        drafts.values.map { record($0, at: now) }.filter { !model.isOver($0, at: now) }
            .sorted { $0.row < $1.row }
    }

    private func current(_ key: String) -> Draft? {
        drafts[key].flatMap { model.isOver(record($0, at: now), at: now) ? nil : $0 }
    }

    // MARK: Operations

    mutating func perform(_ step: ModelStep) -> ModelOutcome {
        switch step {
        case .insert(let item, let life): return insert(item, life)
        case .upsert(let item):
            guard current(item.key) != nil else { return insert(item, .asDefined) }
            return merge(item.key) {
                $0.n = item.n
                $0.tag = item.tag
                $0.code = item.code ?? $0.code
            }
        case .update(let key, let n): return merge(key) { $0.n = n }
        case .recode(let key, let code): return merge(key) { $0.code = code }
        case .increment(let key): return merge(key) { $0.n += 1 }
        case .replace(let key, let item):
            return change(key) { [shape, model] draft in
                draft.item = item
                guard shape.lifetime != nil, model.fault != .replacementGoesOn else { return }
                draft.deadline = .fromCommit(floor: .min)
            }
        case .touch(let key, let span):
            guard let span = span ?? shape.lifetime else { return .noLifetime }
            return change(key) { [now] in $0.deadline = .at(now + span) }
        case .persist(let key):
            if model.fault == .persistedIsForgotten { return change(key) { _ in } }
            return change(key) { $0.deadline = .at(.max) }
        case .setDeadline(let key, let instant):
            return change(key) { $0.deadline = .at(instant?.microseconds ?? .max) }
        case .delete, .deleteMany, .clear, .updateMany: return performForMany(step)
        }
    }

    private mutating func performForMany(_ step: ModelStep) -> ModelOutcome {
        switch step {
        case .delete(let key): delete(key, .user)
        case .deleteMany(let tag):
            for record in visible where record.item.tag == tag { delete(record.item.key, .user) }
        case .clear: for record in visible { delete(record.item.key, .cleared) }
        case .updateMany(let tag, let n):
            for record in visible where record.item.tag == tag {
                _ = merge(record.item.key) { $0.n = n }
            }
        default: break
        }
        return .done
    }

    private mutating func insert(_ item: ModelItem, _ life: ModelLife) -> ModelOutcome {
        let key = item.key
        touched.insert(key)
        guard current(key) == nil else { return .duplicate }
        hasWritten = true
        let deadline: Deadline =
            switch life {
            case .asDefined: shape.lifetime == nil ? .at(.max) : .fromCommit(floor: .min)
            case .lasting(let span): .at(now + span)
            case .ending(let instant): .at(instant.microseconds)
            }
        if let over = drafts[key] {
            if over.row == base[key]?.row { ended.insert(key) }
            reasons[key] = nil
        }
        if let old = base[key], !ended.contains(key) {
            drafts[key] = Draft(item: item, deadline: deadline, row: old.row)
            return .done
        }
        drafts[key] = Draft(item: item, deadline: deadline, row: nextRow)
        nextRow += 1
        return .done
    }

    private mutating func change(_ key: String, _ body: (inout Draft) -> Void) -> ModelOutcome {
        touched.insert(key)
        guard var draft = current(key) else { return .notFound }
        hasWritten = true
        body(&draft)
        drafts[key] = draft
        return .done
    }

    private mutating func merge(
        _ key: String, _ body: (inout ModelItem) -> Void
    ) -> ModelOutcome {
        change(key) { [model, shape] draft in
            body(&draft.item)
            if model.fault == .updateBeginsAnew { draft.deadline = .fromCommit(floor: .min) }
            guard shape.isSliding else { return }
            if case .at(let instant) = draft.deadline, instant != .max {
                draft.deadline = .fromCommit(floor: instant)
            }
        }
    }

    private mutating func delete(_ key: String, _ reason: Change.Reason) {
        touched.insert(key)
        guard current(key) != nil else { return }
        hasWritten = true
        drafts[key] = nil
        if base[key] != nil, !ended.contains(key) { reasons[key] = reason }
    }

    // MARK: The commit

    /// What the commit leaves, and who goes by it other than by its deadline.
    struct Result {
        var records: [ModelRecord]
        var nextRow: Int
        var departures: [String: Change.Reason] = [:]
        /// Who gives way, in order.
        var evicted: [String] = []
    }

    /// - Parameter instant: when the commit happens.
    /// - Returns: whether the commit happens, and what it leaves if it does.
    func finish(at instant: Int64) -> (ModelOutcome, Result?) {
        // Who writes nothing is never in conflict.
        let isMet = base.contains { key, record in
            (readsAll || touched.contains(key)) && model.isOver(record, at: instant)
        }
        if isMet, hasWritten { return (.conflict, nil) }
        let left = drafts.values.map { record($0, at: instant) }
            .filter { !model.isOver($0, at: instant) }
        let codes = left.compactMap(\.item.code)
        if shape.isUnique, Set(codes).count < codes.count { return (.duplicate, nil) }
        var result = Result(records: left.sorted { $0.row < $1.row }, nextRow: nextRow)
        for (key, reason) in reasons where drafts[key] == nil { result.departures[key] = reason }
        evict(&result)
        return (.done, result)
    }

    private func evict(_ result: inout Result) {
        guard var limit = shape.limit else { return }
        if model.fault == .limitIsOneMore { limit += 1 }
        while result.records.count > limit {
            let victim =
                model.fault == .newestGivesWay
                ? result.records.removeLast() : result.records.removeFirst()
            let key = victim.item.key
            guard base[key]?.row == victim.row else { continue }
            result.departures[key] = .evicted
            if !touched.contains(key) { result.evicted.append(key) }
        }
    }
}
