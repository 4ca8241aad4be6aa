import StoreCore
import StoreTTL
import StoreTesting

extension ModelRun {
    static func compare(
        _ records: [Record], _ expected: [ModelRecord], _ what: @autoclosure () -> String
    ) throws {
        let found = records.map(ModelRecord.Content.init)
        guard found == expected.map(ModelRecord.Content.init) else {
            throw Mismatch("\(what()): \(found) instead of \(expected)")
        }
    }

    private static func equal<T: Equatable>(
        _ found: T, _ expected: T, _ what: @autoclosure () -> String
    ) throws {
        guard found == expected else {
            throw Mismatch("\(what()): \(found) instead of \(expected)")
        }
    }

    /// Compares what is there now, and what one kept snapshot shows.
    func compare() throws {
        let expected = model.visible(at: now)
        let kind = random.below(11)
        // Reads through the handle would prolong lives, as soon as the sweeper comes by.
        let isMarking = shape.isSliding && shape.isSwept
        if isMarking {
            try compare(store.snapshot().bucket("items"), expected, kind, "now")
        } else {
            try compare(items, expected, kind, "now")
        }
        if kind == 9 { try compareLives(expected) }
        if !shape.isSwept {
            try compareStored(items, stored, at: now, "now")
        }
        guard !kept.isEmpty else { return }
        let kept = random.pick(kept)
        let reader = try kept.snapshot.bucket("items")
        try compare(reader, kept.records, random.below(11), "then")
        if !shape.isSwept {
            let instant = kept.snapshot.instant.microseconds
            try compareStored(reader, kept.stored, at: instant, "then")
        }
    }

    /// One kind of read, beside the list of all.
    private func compare(
        _ reader: some StoreReader, _ expected: [ModelRecord], _ kind: Int, _ when: String
    ) throws {
        try ModelRun.compare(reader.all(), expected, "all \(when)")
        let tag = random.pick(ModelRun.tags)
        let tagged = expected.filter { $0.item.tag == tag }
        switch kind {
        case 0: try compareKeys(reader, expected, when)
        case 1:
            try Self.equal(reader.count(), expected.count, "count \(when)")
            try Self.equal(
                reader.count(where: .field("tag") == tag), tagged.count, "count of \(tag) \(when)")
        case 2:
            try Self.compare(
                reader.where(.field("tag") == tag).all(), tagged, "of tag \(tag) \(when)")
        case 3:
            let code = "c\(random.below(12))"
            try Self.compare(
                reader.where(.field("code") == code).all(),
                expected.filter { $0.item.code == code }, "of code \(code) \(when)")
        case 4: try compareOrder(reader, expected, when)
        case 5: try comparePages(reader, expected, when)
        case 6: try compareSums(reader, expected, when)
        case 7:
            try Self.compare(reader.first(3), Array(expected.prefix(3)), "first \(when)")
            try Self.compare(reader.last(3), Array(expected.suffix(3)), "last \(when)")
        case 8:
            let range = expected.filter { (2...5).contains($0.item.n) }
            try Self.equal(
                reader.where(.field("n") >= 2 && .field("n") <= 5).count(), range.count,
                "count of a range \(when)")
        default: break
        }
    }

    private func compareKeys(
        _ reader: some StoreReader, _ expected: [ModelRecord], _ when: String
    ) throws {
        let byKey = Dictionary(uniqueKeysWithValues: expected.map { ($0.item.key, $0) })
        for key in (0..<20).map({ "k\($0)" }) {
            let record = try reader.get(key)
            try Self.compare(
                record.map { [$0] } ?? [], byKey[key].map { [$0] } ?? [], "get \(key) \(when)")
            try Self.equal(
                reader.contains(key), byKey[key] != nil, "contains \(key) \(when)")
        }
    }

    private func compareOrder(
        _ reader: some StoreReader, _ expected: [ModelRecord], _ when: String
    ) throws {
        let sorted = expected.sorted { ($0.item.n, $0.row) < ($1.item.n, $1.row) }
        try Self.compare(reader.order(by: "n").all(), sorted, "by n \(when)")
        try Self.equal(
            reader.order(by: "n", .descending).all().map { $0["n"].int64 },
            sorted.reversed().map(\.item.n), "by n, descending, \(when)")
    }

    private func comparePages(
        _ reader: some StoreReader, _ expected: [ModelRecord], _ when: String
    ) throws {
        var records: [Record] = []
        var cursor: Cursor?
        repeat {
            let page = try reader.page(after: cursor, limit: 3)
            records += page.records
            cursor = page.nextCursor
        } while cursor != nil
        try Self.compare(records, expected, "pages \(when)")
    }

    private func compareSums(
        _ reader: some StoreReader, _ expected: [ModelRecord], _ when: String
    ) throws {
        let values = expected.map(\.item.n)
        try Self.equal(
            reader.sum("n").int64 ?? 0, values.reduce(0, +), "sum \(when)")
        try Self.equal(reader.min("n")?.int64, values.min(), "min \(when)")
        try Self.equal(reader.max("n")?.int64, values.max(), "max \(when)")
        try Self.equal(
            Set(reader.distinct("tag").compactMap(\.string)), Set(expected.map(\.item.tag)),
            "distinct \(when)")
    }

    /// How long records still live.
    private func compareLives(_ expected: [ModelRecord]) throws {
        for record in expected {
            let left: Duration? =
                record.expires == .max ? nil : .microseconds(record.expires - now)
            try Self.equal(items.ttl(of: record.item.key), left, "life of \(record.item.key)")
        }
    }

    /// What is stored, overdue or not.
    private func compareStored(
        _ reader: some StoreReader, _ stored: [String: ModelRecord.Content], at instant: Int64,
        _ when: String
    ) throws {
        try Self.equal(reader.storedCount(), stored.count, "stored \(when)")
        let overdue = stored.values.filter { $0.expires <= instant }.map(\.item.key)
        try Self.equal(
            reader.overdue().compactMap { $0["id"].string }.sorted(), overdue.sorted(),
            "overdue \(when)")
        let next = stored.values.map(\.expires).filter { $0 != .max }
        try Self.equal(
            reader.nextDeadline()?.microseconds, next.min(), "next deadline \(when)")
        try Self.equal(
            reader.nextDeadline(after: Timestamp(microseconds: instant))?.microseconds,
            next.filter { $0 > instant }.min(), "next deadline behind \(when)")
    }

    // MARK: Observers

    /// Follows the commits since the last time, and compares the deletions with those that have to be.
    func takeCommits(_ result: ModelDraft.Result?, _ touched: Set<String>) throws {
        var departures: [String: Change.Reason] = [:]
        var evicted: [String] = []
        for commit in ledger.take() {
            for change in commit.records {
                try follow(change, at: commit.timestamp.microseconds, touched)
                guard change.kind == .deleted, change.reason != .expired,
                    let key = change.key.value.string
                else { continue }
                departures[key] = change.reason
                if change.reason == .evicted, !touched.contains(key) { evicted.append(key) }
            }
            if let limit = shape.limit, stored.count > limit {
                throw Mismatch("\(stored.count) stored at \(commit.position.value)")
            }
        }
        try Self.equal(departures, result?.departures ?? [:], "departures")
        try Self.equal(evicted, result?.evicted ?? [], "evicted")
        let shown = stored.values.filter { $0.expires > now }
        let expected = model.visible(at: now).map(ModelRecord.Content.init)
        try Self.equal(
            shown.sorted { $0.item.key < $1.item.key },
            expected.sorted { $0.item.key < $1.item.key }, "what observers have been told")
    }

    /// Follows one change, which has to go on from what has been told before.
    private func follow(_ change: Change, at instant: Int64, _ touched: Set<String>) throws {
        let key = change.key.value.string ?? ""
        let old = change.old.map(ModelRecord.Content.init)
        try Self.equal(old, stored[key], "old image of \(key)")
        stored[key] = change.new.map(ModelRecord.Content.init)
        let isOver = old.map { $0.expires <= instant } ?? false
        switch change.kind {
        case .inserted: try Self.equal(old, nil, "inserted over")
        case .updated: try Self.equal(isOver, false, "updated although overdue: \(key)")
        case .deleted where touched.contains(key): break
        case .deleted:
            try Self.equal(change.reason == .expired, isOver, "reason of \(key)")
        }
    }
}
