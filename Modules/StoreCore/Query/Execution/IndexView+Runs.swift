extension BucketView {
    /// The entries of an ordered index, to be searched and scanned.
    @inline(__always)
    func entries(of number: Int) -> IndexView {
        IndexView(
            tree: IndexTree(root: bucket.indexes[number]),
            shape: bucket.root.pointee.layout._withUnsafeGuaranteedRef { $0.shapes[number] },
            definition: nil, rows: rows)
    }
}

extension IndexView {
    /// Whether the index may lack records.
    @inline(__always)
    var isPartial: Bool { shape.condition != nil }

    /// The ranks of the entries whose first columns equal `values`.
    ///
    /// - Complexity: O(log n).
    func run(_ values: [Value]) -> Range<Int> {
        run(columns: values.count, values: { values[$0] })
    }

    /// The ranks of the entries that equal `record` in the first `columns` columns.
    ///
    /// - Complexity: O(log n).
    func run(of record: RecordRef, columns: Int) -> Range<Int> {
        run(columns: columns, values: { record.values[shape.slots[$0]] })
    }

    @inline(__always)
    private func run(columns: Int, values: (Int) -> Value) -> Range<Int> {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: max(columns, 1)) { words in
            for column in 0..<columns {
                let kind = shape.kinds[column]
                guard let word = shape.word(values(column), column),
                    IndexWord.isExact(word, kind)
                else { return searchedRun((0..<columns).map(values)) }
                words[column] = word
            }
            // The words say everything: no record has to be looked at.
            let lower = tree.rank { compare($0, words, columns) < 0 }
            let upper = tree.rank { compare($0, words, columns) <= 0 }
            return lower..<upper
        }
    }

    @inline(__always)
    private func compare(
        _ entry: UnsafePointer<UInt64>, _ words: UnsafeMutableBufferPointer<UInt64>, _ columns: Int
    ) -> Int {
        for column in 0..<columns where entry[column] != words[column] {
            return entry[column] < words[column] ? -1 : 1
        }
        return 0
    }

    @inline(never)
    private func searchedRun(_ values: [Value]) -> Range<Int> {
        let lower = rank(of: .before(values))
        return lower..<max(lower, rank(of: .after(values)))
    }
}
