extension BucketNode {
    /// The trees by themselves, and as a whole: the same records by row, by key and in every index.
    func check(_ check: inout InvariantCheck, below parent: Int64, _ seed: SeededHash) {
        check.meet(node, below: parent, "bucket root")
        let layout = root.pointee.layout.takeUnretainedValue()
        let stamp = root.pointee.stamp
        var records: Set<RawNode> = []
        var deadlines = 0
        var held = [Int](repeating: 0, count: layout.uniqueShapes.count)
        var listed = [Int](repeating: 0, count: layout.shapes.count)
        rows.check(&check, below: stamp) { check, record in
            records.insert(record.pointer)
            if record.expiresAt != .max { deadlines += 1 }
            for (unique, shape) in layout.uniqueShapes.enumerated()
            where shape.uniqueValues(of: record) != nil {
                held[unique] += 1
            }
            for (index, shape) in layout.shapes.enumerated() where shape.holds(record) {
                listed[index] += 1
            }
            check.require(
                record.storage.head.pointee.withLayout { $0.isShaped(as: layout.layout) },
                "row \(record.row) has another shape than its bucket")
        }
        check.require(
            root.pointee.count == records.count,
            "\(root.pointee.count) records are counted of \(records.count)")
        checkKeys(&check, stamp, records, seed)
        for (index, shape) in layout.shapes.enumerated() {
            checkIndex(
                IndexTree(root: indexes[index]), shape, count: listed[index], "index \(index)",
                stamp, &check
            ) { shape.encode($0, into: $1) }
        }
        checkIndex(
            IndexTree(root: root.pointee.deadlines), .deadline, count: deadlines, "deadlines",
            stamp,
            &check
        ) {
            $1[0] = IndexWord.encode(deadline: $0.expiresAt)
            $1[1] = $0.row
        }
        for (unique, shape) in layout.uniqueShapes.enumerated() {
            checkUnique(unique, shape, count: held[unique], stamp, seed, &check)
        }
    }

    private func checkKeys(
        _ check: inout InvariantCheck, _ stamp: Int64, _ records: Set<RawNode>, _ seed: SeededHash
    ) {
        var keys: Set<Key> = []
        var count = 0
        HashTrie(root: root.pointee.keys).check(&check, below: stamp) { check, hash, payload in
            count += 1
            // Only what the rows have, too, may be looked at: anything else may be gone.
            guard let pointer = RawNode(bitPattern: UInt(payload)), records.contains(pointer) else {
                check.require(false, "a key leads to a record that no row has")
                return
            }
            let key = RecordRef(pointer).key
            check.require(hash == seed.hash(key.value), "key \(key) stands under another hash")
            check.require(keys.insert(key).inserted, "key \(key) is there twice")
        }
        check.require(count == records.count, "there are \(count) keys of \(records.count) records")
    }

    private func checkIndex(
        _ tree: IndexTree, _ shape: IndexShape, count: Int, _ what: String, _ stamp: Int64,
        _ check: inout InvariantCheck, encode: (RecordRef, UnsafeMutablePointer<UInt64>) -> Void
    ) {
        var entries = 0
        tree.check(&check, below: stamp, shape, rows, encode: encode) { check, record in
            entries += 1
            check.require(
                shape.holds(record), "row \(record.row) does not satisfy the condition of \(what)")
        }
        check.require(entries == count, "\(what) has \(entries) entries of \(count)")
        check.require(tree.count == count, "\(what) counts \(tree.count) entries of \(count)")
    }

    private func checkUnique(
        _ unique: Int, _ shape: IndexShape, count: Int, _ stamp: Int64, _ seed: SeededHash,
        _ check: inout InvariantCheck
    ) {
        let rows = rows
        var entries = 0
        var values: Set<[Value]> = []
        HashTrie(root: uniques[unique]).check(&check, below: stamp) { check, hash, row in
            entries += 1
            guard let record = rows.find(row).map(RecordRef.init) else {
                check.require(false, "unique \(unique) leads to row \(row), which is gone")
                return
            }
            guard let held = shape.uniqueValues(of: record) else {
                check.require(false, "unique \(unique) leads to row \(row), which it does not hold")
                return
            }
            check.require(
                seed.hash(held) == hash, "row \(row) has other values in unique \(unique)")
            check.require(
                values.insert(held).inserted,
                "row \(row) has values in unique \(unique) that another row has")
        }
        check.require(entries == count, "unique \(unique) has \(entries) entries of \(count)")
    }
}
