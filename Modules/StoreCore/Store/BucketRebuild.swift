// A bucket under another definition, built beside the bucket while that is read and written
// =========================================================================================
//
// The trees are filled from a snapshot and then follow the bucket from one snapshot to the next by what differs between
// the two, each time less, until so little is left that a commit can take them in and put them in place. Where only
// indexes come and go, records, keys and the other indexes stay what they are, and only new indexes are built; where
// fields do, every record is laid out anew.
//
// What is built here, laid out records included, carries the next position at the beginning as its stamp. The commit that
// puts it in place may come later. Snapshots taken in between do not see it, but are taken to: what replaces a node of
// it waits for them. That holds memory back for as long as they live, and nothing else.

/// The trees of a bucket for another definition, on their way.
final class BucketRebuild: @unchecked Sendable {
    // Used by one task at a time.
    let layout: BucketLayout
    private let identity: BucketIdentity
    private let former: BucketLayout
    private let state: VersionedState
    private let seed: SeededHash
    /// How fields change; nil where records stay as they are.
    private let change: DefinitionChange?
    /// For each index and unique constraint of the new layout, the one of the former layout that it goes on with.
    private let keptIndexes: [Int?]
    private let keptUniques: [Int?]
    private let node: BucketNode
    /// What the records' autoincrement fields have come to.
    let counters: AutoincrementCounters
    /// The version that the trees have followed the bucket to.
    private var through: Snapshot?
    /// The instant at which deadlines are judged.
    private var instant = Timestamp.distantPast
    private var editor: Editor
    private var isInPlace = false

    init(
        of identity: BucketIdentity, from former: BucketLayout, to definition: BucketDefinition,
        _ state: VersionedState, stamp: Int64
    ) throws {
        let change = DefinitionChange(from: former.definition, to: definition)
        let layout = try Layout(
            bucket: definition.name, key: definition.key, schema: definition.schema,
            indexes: definition.indexes, isStrict: definition.isStrict, order: definition.order,
            near: change.isEmpty ? former.layout : nil)
        self.identity = identity
        self.former = former
        self.state = state
        self.change = change.isEmpty ? nil : change
        seed = state.seed
        self.layout = BucketLayout(layout, definition, stamp: stamp)
        counters = AutoincrementCounters(layout)
        keptIndexes = layout.indexes.map { index in
            change.isEmpty ? former.layout.indexes.firstIndex { $0.content == index.content } : nil
        }
        keptUniques = layout.uniques.map { unique in
            change.isEmpty ? former.layout.uniques.firstIndex { $0.content == unique.content } : nil
        }
        node = BucketNode.make(self.layout, stamp: stamp)
        editor = Editor(stamp: stamp, shared: Int64.min)
    }

    deinit {
        guard !isInPlace else { return }
        // Rows that are the bucket's own were only borrowed.
        if change == nil { node.rows = RowTree() }
        editor.retire(bucket: node)
        state.pins.disposeOfEverything(editor.retired)
    }

    // MARK: Following the bucket

    /// What a version differs in from the one before.
    private struct Difference {
        var old: [RecordRef] = []
        var new: [RecordRef] = []
    }

    /// Few enough changes for a commit to take in.
    static let fewMax = 128
    private static let roundsMax = 8
    private static let sliceMax = 1 << 14

    /// Follows the bucket until hardly anything is left to follow.
    ///
    /// - Returns: false if the bucket's definition has changed meanwhile.
    /// - Throws: `DefinitionError` if a record does not fit, `StoreError`, `CancellationError`.
    @concurrent
    func catchUp(with snapshot: @Sendable () throws -> Snapshot) async throws -> Bool {
        for _ in 0..<BucketRebuild.roundsMax {
            let later = try snapshot()
            guard let difference = try difference(to: later) else { return false }
            try leave(difference.old)
            follow(later)
            if change == nil, difference.old.isEmpty {
                try await enterSorted(difference.new)
            } else {
                try await enterInSlices(difference.new)
            }
            through = later
            if difference.old.count + difference.new.count <= BucketRebuild.fewMax { break }
        }
        return true
    }

    /// The same, at once, and up to this version.
    func catchUp(to later: Snapshot) throws -> Bool {
        guard let difference = try difference(to: later) else { return false }
        try leave(difference.old)
        follow(later)
        for record in difference.new { try enter(record) }
        through = later
        return true
    }

    /// Nil if the bucket's definition has changed.
    private func difference(to later: Snapshot) throws -> Difference? {
        guard let bucket = later.pin.root.bucket(identity) else {
            throw StoreError(.bucketDropped(identity.reference.name))
        }
        guard bucket.root.pointee.layout.toOpaque() == Unmanaged.passUnretained(former).toOpaque()
        else { return nil }
        let before = through?.pin.root.bucket(identity)?.rows ?? RowTree()
        var difference = Difference()
        RowTree.difference(before, bucket.rows) { old, new in
            if let old { difference.old.append(RecordRef(old)) }
            if let new { difference.new.append(RecordRef(new)) }
        }
        return difference
    }

    /// Looks at the records of a later version from now on, where they are not the trees' own.
    private func follow(_ later: Snapshot) {
        instant = later.instant
        guard change == nil, let bucket = later.pin.root.bucket(identity) else { return }
        node.rows = bucket.rows
    }

    private func leave(_ records: [RecordRef]) throws {
        for record in records {
            if change == nil {
                forEachBuiltIndex { node.leave(record, index: $0, &editor) }
                forEachBuiltUnique { node.leave(record, unique: $0, seed, &editor) }
            } else if let own = node.rows.find(record.row).map(RecordRef.init) {
                node.delete(own, keyHash: seed.hash(own.key.value), seed, &editor)
            }
        }
        Disposal.disposeAll(&editor.retired)
    }

    private func enter(_ record: RecordRef) throws {
        if change == nil {
            try forEachBuiltUnique { try check($0, record) }
            forEachBuiltIndex { node.enter(record, index: $0, &editor) }
            forEachBuiltUnique { node.enter(record, unique: $0, seed, &editor) }
        } else {
            let own = try converted(record)
            for unique in layout.uniqueShapes.indices { try check(unique, RecordRef(own)) }
            counters.advance(past: own)
            node.adopt(own, seed, &editor)
        }
        Disposal.disposeAll(&editor.retired)
    }

    /// Enters many records, and lets others have the thread now and then.
    private func enterInSlices(_ records: [RecordRef]) async throws {
        for (count, record) in records.enumerated() {
            try enter(record)
            if count % BucketRebuild.sliceMax == BucketRebuild.sliceMax - 1 { try await rest() }
        }
    }

    /// Enters the first records, index by index in the index's own order: that takes a fraction of the time.
    private func enterSorted(_ records: [RecordRef]) async throws {
        for index in keptIndexes.indices where keptIndexes[index] == nil {
            let shape = layout.shapes[index]
            var entries = records.map { (word: shape.firstWord(of: $0), row: $0.row, record: $0) }
            try await rest()
            entries.sort { $0.word != $1.word ? $0.word < $1.word : $0.row < $1.row }
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

    @inline(__always)
    private func forEachBuiltIndex(_ body: (Int) throws -> Void) rethrows {
        for index in keptIndexes.indices where keptIndexes[index] == nil { try body(index) }
    }

    @inline(__always)
    private func forEachBuiltUnique(_ body: (Int) throws -> Void) rethrows {
        for unique in keptUniques.indices where keptUniques[unique] == nil { try body(unique) }
    }

    // MARK: Records

    /// A record that is overdue stands in the way of a unique value.
    ///
    /// Nobody sees it, so it has to go, and then all begins anew.
    struct OverdueInTheWay: Error {}

    /// Refuses a record whose unique value another one has.
    private func check(_ unique: Int, _ record: RecordRef) throws {
        guard let values = layout.uniqueShapes[unique].uniqueValues(of: record),
            let holder = BucketView(node, seed).unique(at: unique, values: values)
        else { return }
        if min(holder.expiresAt, record.expiresAt) <= instant.microseconds {
            throw OverdueInTheWay()
        }
        let fields = layout.layout.uniques[unique].fields.joined(separator: ",")
        throw DefinitionError(
            bucket: identity.reference.name, field: fields, reason: .existingRecords,
            message: "the records \(holder.key.value.excerpt) and \(record.key.value.excerpt) have "
                + "the same value in what is to be unique; change one of them first")
    }

    private func converted(_ old: RecordRef) throws -> RecordStorage {
        guard let change else { preconditionFailure("records that stay were to be converted") }
        var restored = RestoredRecord(Record(old.storage))
        restored.fields = change.adapted(restored.fields)
        for named in change.added {
            if let message = layout.layout.fault(of: restored.fields[named.name], in: named.name) {
                throw DefinitionError(
                    bucket: identity.reference.name, field: named.name, reason: .existingRecords,
                    message: "record \(old.key.value.excerpt) does not fit: \(message)")
            }
        }
        return try layout.layout.restore(restored, stamp: layout.stamp)
    }

    // MARK: Taking its place

    /// Puts the trees in the place of the bucket's.
    ///
    /// Under W and S; the trees have followed the bucket to its current version, and nothing fails.
    func putInPlace(in root: StoreNode, at position: Int64, _ editor: inout Editor) {
        guard let old = root.bucket(identity) else {
            preconditionFailure("a bucket was dropped while its definition was changed")
        }
        if change == nil {
            goOn(from: old, &editor)
        } else {
            editor.retire(bucket: old)
        }
        node.root.pointee.stamp = position
        root.slots[identity.slot] = node.node
        isInPlace = true
    }

    /// Takes over records, keys, deadlines and the indexes that stay, and gives up those that do not.
    private func goOn(from old: BucketNode, _ editor: inout Editor) {
        node.rows = old.rows
        node.root.pointee.keys = old.root.pointee.keys
        node.root.pointee.deadlines = old.root.pointee.deadlines
        node.root.pointee.count = old.root.pointee.count
        for (index, kept) in keptIndexes.enumerated() {
            if let kept { node.indexes[index] = old.indexes[kept] }
        }
        for (unique, kept) in keptUniques.enumerated() {
            if let kept { node.uniques[unique] = old.uniques[kept] }
        }
        editor.retire(
            bucket: old, besideIndexes: Set(keptIndexes.compactMap(\.self)),
            uniques: Set(keptUniques.compactMap(\.self)))
    }

    /// Lets go of the version that was followed last, outside of every lock.
    func finish() { through = nil }
}

extension IndexShape {
    /// The first word of a record's entry, by which entries can be brought near their order.
    fileprivate func firstWord(of record: RecordRef) -> UInt64 {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: stride) { words in
            let base = words.baseAddress.unsafelyUnwrapped
            encode(record, into: base)
            return base[0]
        }
    }
}

extension Layout {
    /// What is wrong with a value that a record is to have in a column that is added; nil when nothing is.
    fileprivate func fault(of value: Value, in name: String) -> String? {
        guard let slot = slot(of: name) else { return nil }
        if value.isNull {
            guard rules[slot].isRequired else { return nil }
            return
                "the field is required, and the record has no value; give it a default that is a value"
        }
        if columns[slot].onDelete != nil {
            return
                "an enforced reference is added with no record referring yet; take the value, or the default, away"
        }
        var issues: [ValidationIssue] = []
        _ = checks[slot].admit(value, issues: &issues)
        return issues.first?.message
    }
}
