extension BucketRebuild {
    /// A record that a version has in another way than the one before, or one of the two has alone.
    private typealias Difference = (old: RecordRef?, new: RecordRef?)

    /// Few enough changes for a commit to take in.
    static let fewMax = 128
    private static let freeRounds = 4
    private static let sliceMax = 1 << 14
    private static let turnSize = 256

    /// Follows the bucket until hardly anything is left to follow.
    ///
    /// Where writers are as fast as this, they have to queue from some round on, and get their turns between slices of
    /// it, which are longer from round to round.
    ///
    /// - Parameters:
    ///   - snapshot: the version to follow to.
    ///   - inTurn: keeps writers out meanwhile.
    /// - Returns: false if the bucket's definition has changed meanwhile.
    /// - Throws: `DefinitionError` if a record does not fit, `StoreError`, `CancellationError`.
    @concurrent
    func catchUp(
        with snapshot: @Sendable () throws -> Snapshot,
        inTurn: @Sendable (() throws -> Void) async throws -> Void
    ) async throws -> Bool {
        var rounds = 0
        var few = BucketRebuild.fewMax
        while true {
            let later = try snapshot()
            guard let differences = try differences(to: later) else { return false }
            if through == nil, change == nil {
                follow(later)
                try await enterSorted(differences.compactMap(\.new))
            } else if rounds < BucketRebuild.freeRounds {
                try await take(differences, of: later, BucketRebuild.sliceMax) {
                    try $0()
                    await Task.yield()
                }
            } else {
                // However many writers queue, in the end a slice is as much as they write between two.
                let doublings = min(rounds - BucketRebuild.freeRounds, 16)
                few = BucketRebuild.turnSize << doublings
                try await take(differences, of: later, few, inTurn)
            }
            through = later
            if differences.count <= few { return true }
            rounds += 1
        }
    }

    /// The same, at once, and up to this version.
    func catchUp(to later: Snapshot) throws -> Bool {
        guard let differences = try differences(to: later) else { return false }
        let successors = try leave(differences[...])
        follow(later)
        try enter(differences[...], successors[...])
        through = later
        return true
    }

    private func take(
        _ differences: [Difference], of later: Snapshot, _ size: Int,
        _ run: (() throws -> Void) async throws -> Void
    ) async throws {
        let slices = stride(from: 0, to: differences.count, by: size).map {
            differences[$0..<min($0 + size, differences.count)]
        }
        var successors: [RecordStorage?] = []
        for slice in slices {
            try Task.checkCancellation()
            try await run { successors += try leave(slice) }
        }
        follow(later)
        for slice in slices {
            try Task.checkCancellation()
            try await run { try enter(slice, successors[slice.startIndex..<slice.endIndex]) }
        }
    }

    /// What has to be followed to get to a version, at whose instant deadlines are judged from now on; nil if the
    /// bucket's definition has changed.
    private func differences(to later: Snapshot) throws -> [Difference]? {
        guard let bucket = later.pin.root.bucket(identity) else {
            throw StoreError(.bucketDropped(identity.reference.name))
        }
        guard bucket.root.pointee.layout._withUnsafeGuaranteedRef(former.isSame) else { return nil }
        instant = later.instant
        var differences: [Difference] = []
        if buildsNothing { return differences }
        let before = through?.pin.root.bucket(identity)?.rows ?? RowTree()
        RowTree.difference(before, bucket.rows) { old, new in
            differences.append((old.map(RecordRef.init), new.map(RecordRef.init)))
        }
        return differences
    }

    /// Whether indexes go and none comes.
    private var buildsNothing: Bool {
        change == nil && !keptIndexes.contains(nil) && !keptUniques.contains(nil)
    }

    /// Looks at the records of a later version from now on, where they are not the trees' own.
    private func follow(_ later: Snapshot) {
        guard change == nil, let bucket = later.pin.root.bucket(identity) else { return }
        node.rows = bucket.rows
    }

    // MARK: Out with the old, while the version before is what is looked at

    /// Takes out what is no more, or stands in the way of something new: values may wander from record to record.
    ///
    /// - Returns: the records that are laid out anew, where they are.
    private func leave(_ differences: ArraySlice<Difference>) throws -> [RecordStorage?] {
        defer { Disposal.disposeAll(&editor.retired) }
        guard let change else {
            for (old, new) in differences {
                if let old { leave(old, for: new) }
            }
            return Array(repeating: nil, count: differences.count)
        }
        return try differences.map { old, new in
            let successor = try new.map { try convert($0, change) }
            if let old, let own = node.rows.find(old.row).map(RecordRef.init) {
                let stays = successor.map { agreesOnUniques(own, RecordRef($0)) } ?? false
                if !stays {
                    node.delete(own, keyHash: seed.hash(own.key.value), seed, &editor)
                }
            }
            return successor
        }
    }

    private func convert(_ record: RecordRef, _ change: RecordConversion) throws -> RecordStorage {
        do {
            return try change.convert(record)
        } catch {
            if record.expiresAt <= instant.microseconds { throw OverdueInTheWay() }
            throw error
        }
    }

    private func leave(_ old: RecordRef, for new: RecordRef?) {
        for index in keptIndexes.indices where keptIndexes[index] == nil {
            if let new, layout.shapes[index].agrees(old, new) { continue }
            node.leave(old, index: index, &editor)
        }
        for unique in keptUniques.indices where keptUniques[unique] == nil {
            if let new, agrees(unique, old, new) { continue }
            node.leave(old, unique: unique, seed, &editor)
        }
    }

    private func agrees(_ unique: Int, _ one: RecordRef, _ other: RecordRef) -> Bool {
        layout.uniqueShapes[unique].agrees(one, other)
    }

    private func agreesOnUniques(_ one: RecordRef, _ other: RecordRef) -> Bool {
        layout.uniqueShapes.indices.allSatisfy { agrees($0, one, other) }
    }

    // MARK: In with the new, while the later version is

    private func enter(
        _ differences: ArraySlice<Difference>, _ successors: ArraySlice<RecordStorage?>
    ) throws {
        defer { Disposal.disposeAll(&editor.retired) }
        for ((old, new), successor) in zip(differences, successors) {
            if let successor {
                try enter(successor)
            } else if change == nil, let new {
                try enter(new, after: old)
            }
        }
    }

    private func enter(_ new: RecordRef, after old: RecordRef?) throws {
        for index in keptIndexes.indices where keptIndexes[index] == nil {
            if let old, layout.shapes[index].agrees(old, new) { continue }
            node.enter(new, index: index, &editor)
        }
        for unique in keptUniques.indices where keptUniques[unique] == nil {
            if let old, agrees(unique, old, new) { continue }
            try check(unique, new)
            node.enter(new, unique: unique, seed, &editor)
        }
    }

    private func enter(_ successor: RecordStorage) throws {
        let record = RecordRef(successor)
        counters.advance(past: successor)
        if let own = node.rows.find(record.row).map(RecordRef.init) {
            let entered = RecordRef(Unmanaged.passRetained(successor).toOpaque())
            node.update(own, to: entered, keyHash: seed.hash(own.key.value), seed, &editor)
        } else {
            for unique in layout.uniqueShapes.indices { try check(unique, record) }
            node.adopt(successor, seed, &editor)
        }
    }

    // MARK: The first records

    /// Enters the first records, index by index in the index's own order: that takes a fraction of the time.
    private func enterSorted(_ records: [RecordRef]) async throws {
        for index in keptIndexes.indices where keptIndexes[index] == nil {
            let shape = layout.shapes[index]
            var entries = records.map { (digest: shape.digest(of: $0), row: $0.row, record: $0) }
            try await rest()
            entries.sort { $0.digest == $1.digest ? $0.row < $1.row : $0.digest < $1.digest }
            for (count, entry) in entries.enumerated() {
                node.enter(entry.record, index: index, &editor)
                if count % BucketRebuild.sliceMax == 0 { try await rest() }
            }
        }
        for unique in keptUniques.indices where keptUniques[unique] == nil {
            for (count, record) in records.enumerated() {
                try check(unique, record)
                node.enter(record, unique: unique, seed, &editor)
                if count % BucketRebuild.sliceMax == 0 { try await rest() }
            }
        }
        Disposal.disposeAll(&editor.retired)
    }

    private func rest() async throws {
        try Task.checkCancellation()
        await Task.yield()
    }
}

extension IndexShape {
    /// What brings entries near their order: the first word, and what decides next.
    fileprivate func digest(of record: RecordRef) -> (UInt64, UInt64) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: stride) { words in
            let base = words.baseAddress.unsafelyUnwrapped
            encode(record, into: base)
            if IndexWord.isExact(base[0], kinds[0]) {
                return (base[0], words.count > 2 ? base[1] : 0)
            }
            return (base[0], IndexWord.continuation(record.values[slots[0]]))
        }
    }
}
