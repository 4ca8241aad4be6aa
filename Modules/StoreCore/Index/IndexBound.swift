/// A place in the order of an index, between entries.
struct IndexBound: Sendable, Hashable {
    /// What stands at the bound, as far as it is given: a prefix of the index's columns.
    var values: [Value]
    /// For the column after `values`: strings that begin with this stand at the bound.
    var stringPrefix: String?
    /// The row at the bound, where all columns are given.
    var row: RowID?
    /// Whether entries that stand at the bound come before it.
    var isAfter: Bool

    private init(_ values: [Value], _ stringPrefix: String?, _ row: RowID?, isAfter: Bool) {
        self.values = values
        self.stringPrefix = stringPrefix
        self.row = row
        self.isAfter = isAfter
    }

    /// Before every entry.
    static let start = IndexBound([], nil, nil, isAfter: false)
    /// After every entry.
    static let end = IndexBound([], nil, nil, isAfter: true)

    /// Before the entries whose first columns equal `prefix`.
    static func before(_ prefix: [Value]) -> IndexBound {
        IndexBound(prefix, nil, nil, isAfter: false)
    }
    /// After the entries whose first columns equal `prefix`.
    static func after(_ prefix: [Value]) -> IndexBound {
        IndexBound(prefix, nil, nil, isAfter: true)
    }
    /// Before the entries that have `prefix`, then a string that begins with `stringPrefix`.
    static func beforePrefix(_ prefix: [Value], stringPrefix: String) -> IndexBound {
        IndexBound(prefix, stringPrefix, nil, isAfter: false)
    }
    /// After the entries that have `prefix`, then a string that begins with `stringPrefix`.
    static func afterPrefix(_ prefix: [Value], stringPrefix: String) -> IndexBound {
        IndexBound(prefix, stringPrefix, nil, isAfter: true)
    }
    /// Before the entry with exactly these values and this row.
    static func before(_ all: [Value], row: RowID) -> IndexBound {
        IndexBound(all, nil, row, isAfter: false)
    }
    /// After the entry with exactly these values and this row.
    static func after(_ all: [Value], row: RowID) -> IndexBound {
        IndexBound(all, nil, row, isAfter: true)
    }
}

/// A bound made ready to be compared with entries.
struct IndexBoundProbe {
    private let bound: IndexBound
    private let words: [UInt64?]
    private let prefixMask: UInt64
    private let prefixWord: UInt64
    private let prefixLength: Int

    init(_ bound: IndexBound, _ shape: IndexShape) {
        var bound = bound
        if bound.values.count > shape.words {
            bound.values.removeLast(bound.values.count - shape.words)
        }
        if bound.values.count == shape.words { bound.stringPrefix = nil }
        if shape.folded != 0 {
            bound.values = bound.values.enumerated().map { shape.folding($1, $0) }
            if shape.isFolded(bound.values.count) {
                bound.stringPrefix = bound.stringPrefix.map(foldingCase)
            }
        }
        self.bound = bound
        words = bound.values.enumerated().map { IndexWord.encode($1, as: shape.kinds[$0]) }
        let length = bound.stringPrefix?.utf8.count ?? 0
        prefixLength = length
        prefixMask = length == 0 ? 0 : ~UInt64(0) << UInt64(64 - 8 * min(length, 7))
        prefixWord = bound.stringPrefix.map { IndexWord.encode($0) & ~0xFF } ?? 0
    }

    /// Whether an entry stands before the bound.
    @inline(__always)
    func isAfter(
        _ entry: UnsafePointer<UInt64>, _ shape: IndexShape, _ rows: RowTree
    ) -> Bool {
        for column in 0..<words.count {
            let word = entry[column]
            if let target = words[column] {
                if word != target { return word < target }
                if IndexWord.isExact(word, shape.kinds[column]) { continue }
            }
            let order = Value.compare(
                IndexBoundProbe.value(entry, column, shape, rows), bound.values[column])
            if order != 0 { return order < 0 }
        }
        if let prefix = bound.stringPrefix {
            let order = orderOfPrefix(entry, prefix, shape, rows)
            if order != 0 { return order < 0 }
        } else if let row = bound.row, words.count == shape.words, entry[words.count] != row {
            return entry[words.count] < row
        }
        return bound.isAfter
    }

    /// The order of the entry's string against all strings that begin with `prefix`: 0 when it is one of them.
    private func orderOfPrefix(
        _ entry: UnsafePointer<UInt64>, _ prefix: String, _ shape: IndexShape, _ rows: RowTree
    ) -> Int {
        let column = words.count
        let word = entry[column]
        guard word != IndexWord.null else { return -1 }
        guard shape.kinds[column] == .string else { return 0 }
        let masked = word & prefixMask
        if masked != prefixWord & prefixMask { return masked < prefixWord & prefixMask ? -1 : 1 }
        let length = Int(word & 0xFF) - 1
        if length < min(prefixLength, 8) { return -1 }
        if prefixLength <= 7 { return 0 }
        guard case .string(let string) = IndexBoundProbe.value(entry, column, shape, rows) else {
            return -1
        }
        return bytesHasPrefix(string, prefix) ? 0 : bytesCompare(string, prefix)
    }

    @inline(never)
    private static func value(
        _ entry: UnsafePointer<UInt64>, _ column: Int, _ shape: IndexShape, _ rows: RowTree
    ) -> Value {
        guard let found = rows.find(entry[shape.words]) else {
            preconditionFailure("an index entry has no record")
        }
        return shape.folding(RecordRef(found).values[shape.slots[column]], column)
    }
}
