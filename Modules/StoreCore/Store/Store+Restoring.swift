extension Store {
    /// Puts a loader's state in place, before anybody uses the store.
    ///
    /// - Throws: `DefinitionError` (`restoredData`) for whatever no store can have left behind, or what a definition
    ///   itself is refused for.
    func restore(_ restoration: StateRestoration) throws {
        let (position, timestamp, buckets) = restoration.contents
        let stamp = Int64(bitPattern: position.value)
        var roots: [BucketNode] = []
        var editor = Editor(stamp: stamp, shared: Int64.min)
        do {
            for (slot, bucket) in buckets.enumerated() {
                let node = try restoredBucket(bucket, slot: slot, stamp: stamp, &editor)
                roots.append(node)
            }
            for identity in catalog.everyIdentity { catalog.relink(identity.reference.name) }
            for identity in catalog.everyIdentity {
                try checkRestrictions(of: identity.definition, identity.layout.layout)
            }
        } catch {
            for root in roots { editor.retire(bucket: root) }
            state.pins.disposeOfEverything(editor.retired)
            throw error
        }
        underWriter.pointee.lastTimestamp = timestamp ?? underWriter.pointee.lastTimestamp
        underWriter.pointee.generation = restoration.generationsThrough
        ring?.restart(after: stamp)
        state.advance(to: stamp, changes: .max) { root, editor in
            var root = root
            for (slot, bucket) in roots.enumerated() {
                root = root.with(slot: slot, &editor)
                root.set(slot, bucket.node, &editor)
            }
            return root
        }
        state.pins.disposeOfEverything(editor.retired)
    }

    private func restoredBucket(
        _ bucket: StateRestoration.Bucket, slot: Int, stamp: Int64, _ editor: inout Editor
    ) throws -> BucketNode {
        let definition = bucket.definition
        let layout = try Layout(
            bucket: definition.name, key: definition.key, schema: definition.schema,
            indexes: definition.indexes, isStrict: definition.isStrict, order: definition.order)
        try bucket.checkCounts()
        let bucketLayout = BucketLayout(layout, definition, stamp: stamp)
        let counters = AutoincrementCounters(layout)
        for (field, value) in bucket.autoincrement {
            if let slot = layout.slot(of: field) { counters.advance(slot, past: value) }
        }
        let identity = BucketIdentity(
            slot: slot, form: BucketForm(bucketLayout, counters), policies: [], marks: nil)
        let node = BucketNode.make(bucketLayout, stamp: stamp)
        do {
            var last: UInt64 = 0
            for restored in bucket.records.sorted(by: { $0.row < $1.row }) {
                guard restored.row > last else {
                    throw DefinitionError(
                        bucket: definition.name, reason: .restoredData,
                        message: "a restored record has row \(restored.row) after row \(last)")
                }
                last = restored.row
                let record = try layout.restore(restored, stamp: stamp)
                try node.admit(record, layout, state.seed)
                node.adopt(record, state.seed, &editor)
                counters.advance(past: record)
            }
            identity.nextRow = max(last, bucket.rowsThrough) + 1
        } catch {
            editor.retire(bucket: node)
            throw error
        }
        catalog.addUnbound(identity)
        return node
    }

    /// A restored bucket's records in a new layout.
    ///
    /// - Throws: `DefinitionError` if a record does not fit the layout, or if two of them contradict a unique field.
    func rearranged(_ bucket: BucketIdentity, _ layout: Layout) throws -> [RecordStorage] {
        guard let node = state.rootForWriter.bucket(bucket) else { return [] }
        var records: [RecordStorage] = []
        var failure: (any Error)?
        let trial = BucketNode.make(
            BucketLayout(layout, bucket.definition, stamp: 0), stamp: 0)
        var editor = Editor(stamp: 0, shared: -1)
        BucketView(node, state.seed).scanRows(from: nil, ascending: true) { old in
            do {
                let stamp = Int64(bitPattern: old.header.pointee.position)
                let new = try layout.restore(RestoredRecord(Record(old.storage)), stamp: stamp)
                try trial.admit(new, layout, state.seed)
                trial.adopt(new, state.seed, &editor)
                records.append(new)
                return true
            } catch {
                failure = error
                return false
            }
        }
        editor.retire(bucket: trial)
        state.pins.disposeOfEverything(editor.retired)
        if let failure { throw failure }
        return records
    }
}

extension BucketNode {
    /// Refuses a restored record that contradicts one that is there.
    func admit(_ record: RecordStorage, _ layout: Layout, _ seed: SeededHash) throws {
        let view = BucketView(self, seed)
        let uniqueShapes = root.pointee.layout.takeUnretainedValue().uniqueShapes
        let key = record.key
        if view.record(forKey: key) != nil {
            throw DefinitionError(
                bucket: layout.bucket, reason: .restoredData,
                message: "two restored records have the key \(key.value.excerpt)")
        }
        for (index, unique) in layout.uniques.enumerated() {
            let values = uniqueShapes[index].uniqueValues(of: RecordRef(record))
            if let values, view.unique(at: index, values: values) != nil {
                throw DefinitionError(
                    bucket: layout.bucket, field: unique.fields.joined(separator: ","),
                    reason: .restoredData,
                    message: "two restored records have the same value in this unique field")
            }
        }
    }
}

extension StateRestoration {
    /// No position, row, generation, version or number of microseconds comes near this: there is room behind it for all that is to follow.
    static let countMax: UInt64 = 1 << 62

    /// - Throws: `DefinitionError` if the store cannot have been at the position and instant that were restored.
    func check() throws(DefinitionError) {
        let (position, timestamp, _) = contents
        guard position.value <= StateRestoration.countMax else {
            throw DefinitionError(
                bucket: "", reason: .restoredData,
                message: "the restored position is \(position.value), which no store reaches")
        }
        // The clock goes on from there, and has to have where to.
        if let timestamp, timestamp.microseconds > Int64(StateRestoration.countMax) {
            throw DefinitionError(
                bucket: "", reason: .restoredData,
                message: "the restored instant lies too far ahead for a clock to go on from it")
        }
        guard generationsThrough <= StateRestoration.countMax else {
            throw DefinitionError(
                bucket: "", reason: .restoredData,
                message: "generation \(generationsThrough) was restored, which no store reaches")
        }
    }
}

extension StoreIdentity {
    /// - Throws: `DefinitionError` if no store that goes on from `position` can have this identity.
    func check(at position: Position) throws(DefinitionError) {
        guard !id.isEmpty else {
            throw DefinitionError(
                bucket: "", reason: .restoredData,
                message: "the identity's id is empty; StoreIdentity() makes one for a new store")
        }
        for (fork, next) in zip(forks, forks.dropFirst()) where fork > next {
            throw DefinitionError(
                bucket: "", reason: .restoredData,
                message: "the identity has a fork at \(next) after one at \(fork); forks ascend")
        }
        guard let last = forks.last, last > position else { return }
        throw DefinitionError(
            bucket: "", reason: .restoredData,
            message: "the identity has a fork at \(last), and the store is only at \(position)")
    }
}

extension StateRestoration.Bucket {
    /// - Throws: `DefinitionError` if rows were restored after which there is no next one.
    func checkCounts() throws(DefinitionError) {
        let last = records.reduce(rowsThrough) { max($0, $1.row) }
        guard last <= StateRestoration.countMax else {
            throw DefinitionError(
                bucket: definition.name, reason: .restoredData,
                message: "row \(last) was restored, which no bucket reaches")
        }
    }
}

extension Layout {
    /// A restored record in this layout.
    ///
    /// The rules of the columns are not asked again, but what the store itself relies on is: types, finite numbers,
    /// bounded nesting, a whole key and a version.
    func restore(
        _ restored: RestoredRecord, stamp: Int64
    ) throws(DefinitionError) -> RecordStorage {
        var values = [Value](repeating: .null, count: names.count)
        var extras = Fields()
        for (name, value) in restored.fields {
            if let flaw = value.flaw() {
                throw fault(name, flaw.issue(field: name).message)
            }
            if let slot = slot(of: name) {
                guard IndexWord.encode(value, as: columns[slot].type) != nil else {
                    throw fault(name, "a restored record has a \(value.typeName) in this field")
                }
                values[slot] = value
            } else if !value.isNull, !Layout.isMetadata(name) {
                // Names stand in fields once: looking for this one would make many quadratic.
                extras.entries.append(Fields.Entry(name: name, value: value, isExact: true))
            }
        }
        for slot in keySlots where values[slot].isNull {
            throw fault(names[slot], "a restored record has no value in this field of its key")
        }
        guard restored.version >= 1, restored.version <= StateRestoration.countMax else {
            throw fault(nil, "a restored record has version \(restored.version); the first is 1")
        }
        let record = RecordStorage.make(layout: self, extras: extras.isEmpty ? nil : extras) {
            for slot in 0..<values.count { ($0 + slot).initialize(to: values[slot]) }
        }
        record.measure()
        let header = RecordRef(record).header
        header.pointee.row = restored.row
        header.pointee.position = UInt64(bitPattern: stamp)
        header.pointee.version = restored.version
        header.pointee.createdAt = restored.createdAt
        header.pointee.updatedAt = restored.updatedAt
        header.pointee.expiresAt = restored.expiresAt?.microseconds ?? .max
        return record
    }

    private func fault(_ field: String?, _ message: String) -> DefinitionError {
        DefinitionError(bucket: bucket, field: field, reason: .restoredData, message: message)
    }
}
