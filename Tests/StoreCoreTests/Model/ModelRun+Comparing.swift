import StoreTesting

@testable import StoreCore

extension ModelRun {
    /// What holds after every step: invariants, counts, the replica that commits alone have built up.
    func checkStep() throws {
        let store = harness.store
        try expectNone(store.state.violations())
        for bucket in 0..<2 {
            let stored = try harness.buckets[bucket].storedCount()
            let wanted = model.buckets[bucket].count
            try expect(stored == wanted, "bucket \(bucket) has \(stored) records, not \(wanted)")
            let count = try harness.buckets[bucket].count()
            let seen = model.buckets[bucket].values.count { $0.deadline > now }
            try expect(count == seen, "bucket \(bucket) counts \(count) records, not \(seen)")
        }
        try expect(commits == model.position, "\(commits) commits, not \(model.position)")
        try expect(
            harness.gate.reserved == (shape.hasGates ? commits : 0),
            "the gate holds \(harness.gate.reserved) of \(commits)")
    }

    /// What is too much for every step: all content, all indexes, all snapshots and their differences.
    func compareAll() throws {
        let replica = harness.observer.replica
        try expectNone(replica.faults)
        for bucket in 0..<2 {
            let wanted = model.buckets[bucket].mapValues(\.version)
            let found = replica.versions.filter { $0.key.bucket == bucket }
            try expect(
                found.count == wanted.count && found.allSatisfy { wanted[$0.key.key] == $0.value },
                "commits lead to \(found), not \(wanted)")
        }
        let current = Held(snapshot: try harness.store.snapshot(), state: model)
        try compare(current)
        for (_, held) in held.sorted(by: { $0.key < $1.key }) {
            try compare(held)
            try compareDifference(held, current)
            if let other = self.held[random.below(4)] { try compareDifference(held, other) }
        }
        for (bucket, records) in model.buckets.enumerated() {
            guard let (key, record) = records.randomElement(using: &random) else { continue }
            let found = try harness.buckets[bucket].get(key)
            try expect(
                (found != nil) == (record.deadline > now), "\(key) is found as \(found as Any)")
            if let found { try compare(found, record) }
        }
    }

    func compare(_ record: Record, _ wanted: ModelRecord) throws {
        let deadline = record.expiresAt?.microseconds ?? .max
        let seen = ModelSeen(record)
        try expect(
            seen.fields == wanted.fields && seen.version == wanted.version
                && deadline == wanted.deadline && record.createdAt.microseconds == wanted.created
                && record.updatedAt.microseconds == wanted.updated,
            "\(record) until \(deadline) is not \(wanted)")
    }

    private func compare(_ held: Held) throws {
        let instant = held.snapshot.instant.microseconds
        for bucket in 0..<2 {
            let reader = try held.snapshot.bucket(ModelBuckets.names[bucket])
            let wanted = held.state.visible(bucket, at: instant)
            let found = try reader.all()
            try expect(
                found.map(\.key) == wanted.map(\.key),
                "bucket \(bucket) at \(held.state.position): \(found.map(\.key)), not \(wanted.map(\.key))"
            )
            for (record, wanted) in zip(found, wanted) { try compare(record, wanted.record) }
            try compareIndexes(reader, wanted)
            try compareQueries(reader, wanted)
            let number = random.below(24)
            let key = ModelBuckets.key(bucket, number)
            let isThere = wanted.contains { $0.key == key }
            try expect(try reader.contains(key) == isThere, "\(key) is there: \(!isThere)")
        }
    }

    typealias Pairs = [(key: Key, record: ModelRecord)]

    /// The values of an index's fields, in its order, for the records that it holds.
    private func sorted(_ pairs: Pairs, by index: ModelIndex) -> [(
        values: [Value], pair: Pairs.Element
    )] {
        let held = pairs.filter { index.holds($0.record.fields) }
        return held.map { pair in (index.values(of: pair.record.fields), pair) }.sorted {
            for (one, other) in zip($0.0, $1.0) where one != other { return one < other }
            return $0.1.record.order < $1.1.record.order
        }
    }

    private func compareIndexes(_ reader: SnapshotBucket, _ pairs: Pairs) throws {
        try reader.source.withView { view, _ in
            try expect(
                view.count == pairs.count, "\(view.count) records are counted of \(pairs.count)")
            for (number, index) in view.layout.indexes.enumerated() {
                let tree = view.index(at: number)
                var found: [Key] = []
                tree.scan(ranks: 0..<tree.count, ascending: true) { row in
                    found.append(view.record(row: row)?.key ?? Key(.null))
                    return true
                }
                let isKey = index.definition.fields == ["x", "y"]
                let wanted =
                    isKey
                    ? pairs.map { ([], $0) }
                    : sorted(pairs, by: ModelBuckets.index(index.definition))
                try expect(
                    found == wanted.map(\.1.key),
                    "index \(index.definition.name) lists \(found), not \(wanted.map(\.1.key))")
                guard !isKey, let values = wanted.randomElement(using: &random)?.0 else {
                    continue
                }
                let prefix = Array(values.prefix(1 + random.below(values.count)))
                let before = wanted.prefix { Self.precedes($0.0, prefix) }.count
                try expect(
                    tree.rank(of: .before(prefix)) == before,
                    "the rank before \(prefix) is not \(before)")
            }
            for (number, unique) in view.layout.uniques.enumerated() {
                guard let pair = pairs.randomElement(using: &random),
                    let known = shape.uniques.first(where: { $0.definition == unique.definition }),
                    let values = known.uniqueValues(of: pair.record.fields)
                else { continue }
                let found = view.unique(at: number, values: values)?.key
                try expect(
                    found == pair.key, "\(values) are those of \(found as Any), not \(pair.key)")
            }
        }
    }

    private static func precedes(_ values: [Value], _ prefix: [Value]) -> Bool {
        for (one, other) in zip(values, prefix) where one != other { return one < other }
        return false
    }

    private func compareQueries(_ reader: SnapshotBucket, _ pairs: Pairs) throws {
        let predicates: [ModelPredicate] = [
            .groupIs(.string(random.pick(ModelGenerator.groups))), .groupIs(.null),
            .scoreFrom(random.pick(ModelValues.numbers)), .nameBegins("a long"),
            .nameIs(random.pick(ModelGenerator.names)),
            .flagAndGroup(true, "g"),
        ]
        let predicate = random.pick(predicates)
        let wanted = pairs.filter { predicate.holds(for: $0.record.fields) }
        let query = reader.where(predicate.predicate)
        let count = try query.count()
        try expect(count == wanted.count, "\(predicate) counts \(count), not \(wanted.count)")
        let found = try query.all().map(\.key)
        try expect(
            found == wanted.map(\.key), "\(predicate) finds \(found), not \(wanted.map(\.key))")
        let byScore = try query.order(by: "score").order(by: "when").limit(5).all().map(\.key)
        let ordered = sorted(wanted, by: ModelIndex(["score", "when"])).prefix(5).map(\.pair.key)
        try expect(byScore == ordered, "\(predicate) by score: \(byScore), not \(ordered)")
        let byName = try query.order(by: "name", ignoringCase: true).all().map(\.key)
        let named = sorted(wanted, by: ModelIndex(.ignoringCase("name"))).map(\.pair.key)
        try expect(byName == named, "\(predicate) by name: \(byName), not \(named)")
        let least = pairs.compactMap { $0.record.fields["when"] }.min()
        let first = try reader.min("when")
        try expect(
            first == least,
            "the least date is \(first.debugDescription), not \(least.debugDescription)")
    }

    private func compareDifference(_ one: Held, _ other: Held) throws {
        for (from, to) in [(one, other), (other, one)] {
            let wanted = from.state.difference(to: to.state)
            let found = from.snapshot.difference(to: to.snapshot).map { change in
                let record = (change.new ?? change.old)!
                return ModelState.Difference(
                    bucket: ModelBuckets.names.firstIndex(of: change.bucket.name)!,
                    order: 0, key: record.key, old: change.old?.version, new: change.new?.version)
            }
            let same =
                found.count == wanted.count
                && zip(found, wanted).allSatisfy {
                    $0.bucket == $1.bucket && $0.key == $1.key && $0.old == $1.old
                        && $0.new == $1.new
                }
            try expect(
                same,
                "from \(from.state.position) to \(to.state.position): \(found), not \(wanted)")
        }
    }
}
