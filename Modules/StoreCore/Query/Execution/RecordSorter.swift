/// Collects records and puts the first of them in order.
///
/// If few are wanted it keeps only those, in a heap with the last of them on top: O(n log k) for n
/// records, k wanted.
struct RecordSorter {
    private struct Entry {
        let digest: UInt64
        let record: RecordRef
    }

    /// Up to this many are kept in a heap; beyond, sorting everything once is faster.
    private static let heapMax = 4_096

    private let ordering: CompiledOrdering
    private let wanted: Int
    private let isHeap: Bool
    private var entries: [Entry] = []

    init(_ ordering: CompiledOrdering, wanted: Int) {
        self.ordering = ordering
        self.wanted = wanted
        isHeap = wanted <= RecordSorter.heapMax
    }

    @inline(__always)
    mutating func add(_ record: RecordRef) {
        let entry = Entry(digest: ordering.digest(record), record: record)
        guard isHeap, entries.count == wanted else {
            entries.append(entry)
            if isHeap { siftUp(entries.count - 1) }
            return
        }
        guard let last = entries.first, isBefore(entry, last) else { return }
        entries[0] = entry
        siftDown(0)
    }

    /// The records in order.
    consuming func sorted() -> [RecordRef] {
        entries.sort { [ordering] one, other in
            one.digest != other.digest
                ? one.digest < other.digest : ordering.order(one.record, other.record) < 0
        }
        return entries.map(\.record)
    }

    @inline(__always)
    private func isBefore(_ one: Entry, _ other: Entry) -> Bool {
        one.digest != other.digest
            ? one.digest < other.digest : ordering.order(one.record, other.record) < 0
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(entries[parent], entries[child]) else { return }
            entries.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, isBefore(entries[child], entries[child + 1]) {
                child += 1
            }
            guard isBefore(entries[parent], entries[child]) else { return }
            entries.swapAt(parent, child)
            parent = child
        }
    }
}
