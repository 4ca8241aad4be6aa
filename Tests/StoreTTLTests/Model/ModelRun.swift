import StoreCore
import StoreTTL
import StoreTesting
import StoreTransactions

/// Something in which a store and the model are not at one.
struct Mismatch: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A store and a model of it, to which the same things happen.
final class ModelRun {
    let clock = ManualClock()
    let store: Store
    let items: DynamicBucket
    let shape: ModelShape
    let ledger = CommitLedger()
    var random: SeededRandom
    var model: TTLModel
    /// What observers have been told of, commit by commit: the bucket as it is stored.
    var stored: [String: ModelRecord.Content] = [:]
    var kept: [Kept] = []
    /// How many operations have been carried out.
    var count = 0
    var log: [String] = []

    /// A snapshot, and what it has to show for as long as it is kept.
    struct Kept {
        let snapshot: Snapshot
        let records: [ModelRecord]
        let stored: [String: ModelRecord.Content]
    }

    static let lifetime: Int64 = 60_000_000
    static let tags = ["red", "green", "blue"]

    init(_ shape: ModelShape, seed: UInt64, fault: ModelFault = .none) async throws {
        self.shape = shape
        random = SeededRandom(seed)
        model = TTLModel(shape, fault)
        let sweeping: StoreOption =
            shape.isSwept ? .expiry() : .expiry(checkInterval: .zero)
        store = try await Store.start("model", .clock(clock), sweeping)
        var options: [BucketOption] = []
        if let lifetime = shape.lifetime {
            options.append(
                shape.isSliding
                    ? .slidingTTL(.microseconds(lifetime)) : .ttl(.microseconds(lifetime)))
        }
        if let limit = shape.limit { options.append(.maxSize(limit)) }
        items = try await store.defineBucket(
            "items", key: "id",
            schema: [
                "id": .string(), "n": .integer(), "tag": .string(),
                "code": .string(unique: shape.isUnique),
            ],
            indexes: shape.hasIndexes ? ["tag", "n", ["tag", "n"]] : [], options)
        _ = try await store.attach(ledger)
    }

    var now: Int64 { clock.now.microseconds }

    /// Carries out so many operations, and compares after each commit.
    func run(_ operations: Int) async throws {
        while count < operations {
            try await step()
            model.pass(to: now)
            try compare()
            // Nothing here suspends by itself, and other tests are waiting.
            if count.isMultiple(of: 50) { await Task.yield() }
        }
        try await purge()
        guard stored.count == model.records.count else {
            throw Mismatch("what is overdue is left behind: \(stored.keys.sorted())")
        }
        await store.stop()
    }

    private func step() async throws {
        switch random.below(100) {
        case ..<56: try await single()
        case ..<64: try await batch()
        case ..<72: try await body()
        case ..<80: try await transaction()
        case ..<94: advance()
        case ..<96: try await purge()
        default: try keep()
        }
    }

    func note(_ text: @autoclosure () -> String) {
        if log.count == 24 { log.removeFirst() }
        log.append("+\(now - 1_767_225_600_000_000): \(text())")
    }

    // MARK: Time

    private func advance() {
        count += 1
        let next = model.nextDeadline.map { $0 - now }
        let steps: [Int64] = [0, 1, 1_000, 1_000_000, 10_000_000, 30_000_000]
        let span: Int64 =
            switch random.below(12) {
            case 0..<3: next ?? 1
            case 3..<5: max(0, (next ?? 1) - 1)
            case 5: (next ?? 0) + 1
            case 6 where random.once(in: 6): 400 * 86_400_000_000
            case 7 where random.once(in: 3): 3_600_000_000
            default: random.pick(steps)
            }
        note("advance by \(span)")
        clock.advance(by: .microseconds(span))
    }

    private func keep() throws {
        count += 1
        if kept.count == 4 { kept.remove(at: random.below(4)) }
        kept.append(
            Kept(snapshot: try store.snapshot(), records: model.visible(at: now), stored: stored))
    }

    private func purge() async throws {
        count += 1
        note("purge")
        if shape.isSwept {
            try await store.settle()
        } else {
            let due = stored.values.filter { $0.expires <= now }.count
            let purged = try await store.purgeExpired()
            guard purged == due else { throw Mismatch("\(purged) purged instead of \(due)") }
        }
        try takeCommits(nil, [])
        let left = stored.values.filter { $0.expires <= now }
        guard left.isEmpty else { throw Mismatch("left behind: \(left)") }
    }

    // MARK: Writing

    private func expect(_ outcome: ModelOutcome, _ expected: ModelOutcome) throws {
        guard outcome == expected else { throw Mismatch("\(outcome) instead of \(expected)") }
    }

    /// Ends a draft of the model as the store's commit has ended.
    private func end(
        _ draft: ModelDraft, _ outcome: ModelOutcome, failing: ModelOutcome = .done
    ) throws {
        if failing != .done {
            try expect(outcome, failing)
            return try takeCommits(nil, [])
        }
        let (expected, result) = draft.finish(at: now)
        try expect(outcome, expected)
        if let result { model.take(result.records, nextRow: result.nextRow) }
        try takeCommits(result, draft.touched)
    }

    private func single() async throws {
        count += 1
        let step = nextStep()
        note("\(step)")
        var draft = ModelDraft(model, at: now)
        let failing = draft.perform(step)
        var outcome = ModelOutcome.done
        do { try await step.perform(on: items) } catch { outcome = try ModelOutcome(error) }
        try end(draft, outcome, failing: failing)
    }

    private func batch() async throws {
        let steps = (0..<1 + random.below(6)).map { _ in nextStep() }.filter {
            if case .touch(_, nil) = $0 { shape.lifetime != nil } else { true }
        }
        count += steps.count
        note("batch \(steps)")
        var draft = ModelDraft(model, at: now)
        var failing = ModelOutcome.done
        var batch = WriteBatch()
        for step in steps {
            if failing == .done { failing = draft.perform(step) }
            try step.add(to: &batch, items)
        }
        var outcome = ModelOutcome.done
        do { try await store.commit(batch) } catch { outcome = try ModelOutcome(error) }
        try end(draft, outcome, failing: failing)
    }

    /// Operations in a body, each of which may fail, with a look at what they have left.
    private func perform(
        _ steps: [ModelStep], _ draft: inout ModelDraft, _ bucket: WritableBucket,
        isLooking: Bool = true
    ) throws {
        for step in steps {
            let expected = draft.perform(step)
            var outcome = ModelOutcome.done
            do { try step.perform(on: bucket) } catch { outcome = try ModelOutcome(error) }
            guard outcome == expected else {
                throw Mismatch("\(outcome) instead of \(expected) in a body")
            }
        }
        guard isLooking else { return }
        draft.readsAll = true
        try ModelRun.compare(try bucket.all(), draft.visible, "in a body")
    }

    private func body() async throws {
        let steps = (0..<1 + random.below(6)).map { _ in nextStep() }
        count += steps.count
        note("write \(steps)")
        var draft = ModelDraft(model, at: now)
        var outcome = ModelOutcome.done
        do {
            draft = try await store.write { [self, draft] tx in
                var draft = draft
                try perform(steps, &draft, tx[items])
                return draft
            }
        } catch is UniqueConstraintError {
            outcome = .duplicate
            for step in steps { _ = draft.perform(step) }
        }
        try end(draft, outcome)
    }

    private func transaction() async throws {
        let passes = random.once(in: 2)
        let steps = (0..<1 + random.below(6)).map { _ in nextStep() }.filter {
            !(passes && $0.isForMany)
        }
        count += steps.count
        let isLooking = random.once(in: 2)
        note("transaction\(isLooking ? ", looking" : ""), \(steps)")
        var draft = ModelDraft(model, at: now)
        var outcome = ModelOutcome.done
        do {
            try await store.transaction(timeout: nil) { tx in
                try perform(steps, &draft, tx[items], isLooking: isLooking)
                if passes { advance() }
            }
        } catch is UniqueConstraintError {
            outcome = .duplicate
        } catch is TransactionConflictError {
            outcome = .conflict
        }
        try end(draft, outcome)
    }
}

extension ModelRecord {
    /// What can be seen of a record from outside.
    struct Content: Equatable {
        var item: ModelItem
        var expires: Int64

        init(_ record: Record) {
            item = ModelItem(
                key: record["id"].string ?? "", n: record["n"].int64 ?? -1,
                tag: record["tag"].string ?? "", code: record["code"].string)
            expires = record.expiresAt?.microseconds ?? .max
        }

        init(_ record: ModelRecord) {
            item = record.item
            expires = record.expires
        }
    }
}
