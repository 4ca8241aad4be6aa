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
    let identity: BucketIdentity
    let former: BucketLayout
    let seed: SeededHash
    /// How records are laid out anew; nil where they stay as they are.
    let change: RecordConversion?
    /// For each index and unique constraint of the new layout, the one of the former layout that it goes on with.
    let keptIndexes: [Int?]
    let keptUniques: [Int?]
    let node: BucketNode
    /// What the records' autoincrement fields have come to.
    let counters: AutoincrementCounters
    /// The version that the trees have followed the bucket to.
    var through: Snapshot?
    /// The instant at which deadlines are judged.
    var instant = Timestamp.distantPast
    var editor: Editor
    private var isInPlace = false

    init(
        of identity: BucketIdentity, from former: BucketLayout, to definition: BucketDefinition,
        seed: SeededHash, stamp: Int64
    ) throws {
        let change = DefinitionChange(from: former.definition, to: definition)
        let layout = try Layout(
            bucket: definition.name, key: definition.key, schema: definition.schema,
            indexes: definition.indexes, isStrict: definition.isStrict, order: definition.order,
            near: change.isEmpty ? former.layout : nil)
        self.identity = identity
        self.former = former
        self.change =
            change.isEmpty
            ? nil : RecordConversion(change, from: former.layout, to: layout, stamp: stamp)
        self.seed = seed
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
        Disposal.disposeUnseen(editor.retired)
    }

    // MARK: Records

    /// A record that is overdue stands in the way: of a unique value, or because it does not fit what is added.
    ///
    /// Nobody sees it, so it has to go, and then all begins anew.
    struct OverdueInTheWay: Error {}

    /// Refuses a record whose unique value another one has.
    func check(_ unique: Int, _ record: RecordRef) throws {
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
        root.set(identity.slot, node.node, &editor)
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
