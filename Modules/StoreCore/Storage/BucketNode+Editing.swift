// One record's change, carried out on the records and on every index. Nothing here can fail: the change was checked.

extension BucketNode {
    @inline(__always)
    func insert(_ record: RecordRef, keyHash: UInt64, _ seed: SeededHash, _ editor: inout Editor) {
        let layout = root.pointee.layout
        layout._withUnsafeGuaranteedRef { layout in
            var rows = self.rows
            rows.insert(record.row, record.pointer, &editor)
            self.rows = rows
            var keys = HashTrie(root: root.pointee.keys)
            keys.insert(keyHash, UInt64(UInt(bitPattern: record.pointer)), &editor)
            root.pointee.keys = keys.root
            root.pointee.count += 1
            for index in 0..<layout.shapes.count {
                enter(record, index, layout.shapes[index], &editor)
            }
            for unique in 0..<layout.uniqueShapes.count {
                enter(record, unique: unique, layout.uniqueShapes[unique], seed, &editor)
            }
            if record.expiresAt != .max { enterDeadline(record, &editor) }
        }
    }

    /// Puts `new` in the place of `old`, which has the same row and key.
    @inline(__always)
    func update(
        _ old: RecordRef, to new: RecordRef, keyHash: UInt64, _ seed: SeededHash,
        _ editor: inout Editor
    ) {
        let layout = root.pointee.layout
        layout._withUnsafeGuaranteedRef { layout in
            var changed: UInt64 = 0
            for index in 0..<layout.shapes.count
            where !layout.shapes[index].agrees(old, new) {
                changed |= 1 << UInt64(index)
                leave(old, index, layout.shapes[index], &editor)
            }
            if old.expiresAt != .max, old.expiresAt != new.expiresAt { leaveDeadline(old, &editor) }
            var rows = self.rows
            rows.replace(old.row, new.pointer, &editor)
            self.rows = rows
            var keys = HashTrie(root: root.pointee.keys)
            keys.replace(
                keyHash, UInt64(UInt(bitPattern: old.pointer)),
                with: UInt64(UInt(bitPattern: new.pointer)), &editor)
            root.pointee.keys = keys.root
            for index in 0..<layout.shapes.count where changed & (1 << UInt64(index)) != 0 {
                enter(new, index, layout.shapes[index], &editor)
            }
            for unique in 0..<layout.uniqueShapes.count {
                let shape = layout.uniqueShapes[unique]
                if shape.agrees(old, new) { continue }
                leave(old, unique: unique, shape, seed, &editor)
                enter(new, unique: unique, shape, seed, &editor)
            }
            if new.expiresAt != .max, old.expiresAt != new.expiresAt { enterDeadline(new, &editor) }
            editor.retire(record: old.pointer, stamp: old.stamp, bytes: old.byteCount)
        }
    }

    @inline(__always)
    func delete(_ old: RecordRef, keyHash: UInt64, _ seed: SeededHash, _ editor: inout Editor) {
        let layout = root.pointee.layout
        layout._withUnsafeGuaranteedRef { layout in
            for index in 0..<layout.shapes.count {
                leave(old, index, layout.shapes[index], &editor)
            }
            for unique in 0..<layout.uniqueShapes.count {
                leave(old, unique: unique, layout.uniqueShapes[unique], seed, &editor)
            }
            if old.expiresAt != .max { leaveDeadline(old, &editor) }
            var keys = HashTrie(root: root.pointee.keys)
            keys.remove(keyHash, UInt64(UInt(bitPattern: old.pointer)), &editor)
            root.pointee.keys = keys.root
            var rows = self.rows
            rows.remove(old.row, &editor)
            self.rows = rows
            root.pointee.count -= 1
            editor.retire(record: old.pointer, stamp: old.stamp, bytes: old.byteCount)
        }
    }

    /// Takes every record out at once.
    ///
    /// O(1); the rest is the reaper's work.
    func removeAll(_ editor: inout Editor) {
        editor.retireContents(of: self)
        root.pointee.rows = nil
        root.pointee.rowsHeight = 0
        root.pointee.keys = 0
        root.pointee.deadlines = nil
        root.pointee.count = 0
        for index in 0..<Int(root.pointee.indexCount) { indexes[index] = nil }
        for index in 0..<Int(root.pointee.uniqueCount) { uniques[index] = 0 }
    }

    // MARK: Entries of one index

    /// Enters a record into one index.
    func enter(_ record: RecordRef, index: Int, _ editor: inout Editor) {
        let layout = root.pointee.layout
        layout._withUnsafeGuaranteedRef { enter(record, index, $0.shapes[index], &editor) }
    }

    /// Takes a record out of one index.
    func leave(_ record: RecordRef, index: Int, _ editor: inout Editor) {
        let layout = root.pointee.layout
        layout._withUnsafeGuaranteedRef { leave(record, index, $0.shapes[index], &editor) }
    }

    /// Enters a record's values into one unique constraint.
    func enter(_ record: RecordRef, unique: Int, _ seed: SeededHash, _ editor: inout Editor) {
        let layout = root.pointee.layout
        layout._withUnsafeGuaranteedRef {
            enter(record, unique: unique, $0.uniqueShapes[unique], seed, &editor)
        }
    }

    /// Takes a record's values out of one unique constraint.
    func leave(_ record: RecordRef, unique: Int, _ seed: SeededHash, _ editor: inout Editor) {
        let layout = root.pointee.layout
        layout._withUnsafeGuaranteedRef {
            leave(record, unique: unique, $0.uniqueShapes[unique], seed, &editor)
        }
    }

    // MARK: Entries

    @inline(__always)
    private func withEntry(
        _ record: RecordRef, _ shape: IndexShape, _ body: (IndexProbe) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: shape.stride) { words in
            let base = words.baseAddress.unsafelyUnwrapped
            shape.encode(record, into: base)
            body(IndexProbe(words: base, shape: shape, record: record, rows: rows))
        }
    }

    @inline(__always)
    private func enter(
        _ record: RecordRef, _ index: Int, _ shape: IndexShape, _ editor: inout Editor
    ) {
        guard shape.holds(record) else { return }
        withEntry(record, shape) { probe in
            var tree = IndexTree(root: indexes[index])
            tree.insert(probe, &editor)
            indexes[index] = tree.root
        }
    }

    @inline(__always)
    private func leave(
        _ record: RecordRef, _ index: Int, _ shape: IndexShape, _ editor: inout Editor
    ) {
        guard shape.holds(record) else { return }
        withEntry(record, shape) { probe in
            var tree = IndexTree(root: indexes[index])
            tree.remove(probe, &editor)
            indexes[index] = tree.root
        }
    }

    @inline(__always)
    private func enter(
        _ record: RecordRef, unique: Int, _ shape: IndexShape, _ seed: SeededHash,
        _ editor: inout Editor
    ) {
        for slot in shape.slots { if case .null = record.values[slot] { return } }
        guard shape.holds(record) else { return }
        var trie = HashTrie(root: uniques[unique])
        trie.insert(seed.hash(record, shape), record.row, &editor)
        uniques[unique] = trie.root
    }

    @inline(__always)
    private func leave(
        _ record: RecordRef, unique: Int, _ shape: IndexShape, _ seed: SeededHash,
        _ editor: inout Editor
    ) {
        for slot in shape.slots { if case .null = record.values[slot] { return } }
        guard shape.holds(record) else { return }
        var trie = HashTrie(root: uniques[unique])
        trie.remove(seed.hash(record, shape), record.row, &editor)
        uniques[unique] = trie.root
    }

    private func enterDeadline(_ record: RecordRef, _ editor: inout Editor) {
        withDeadline(record) { probe in
            var tree = IndexTree(root: root.pointee.deadlines)
            tree.insert(probe, &editor)
            root.pointee.deadlines = tree.root
        }
    }

    private func leaveDeadline(_ record: RecordRef, _ editor: inout Editor) {
        withDeadline(record) { probe in
            var tree = IndexTree(root: root.pointee.deadlines)
            tree.remove(probe, &editor)
            root.pointee.deadlines = tree.root
        }
    }

    private func withDeadline(_ record: RecordRef, _ body: (IndexProbe) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { words in
            words[0] = IndexWord.encode(deadline: record.expiresAt)
            words[1] = record.row
            let base = words.baseAddress.unsafelyUnwrapped
            body(IndexProbe(words: base, shape: .deadline, record: record, rows: rows))
        }
    }
}
