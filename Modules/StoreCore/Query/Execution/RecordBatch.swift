/// A few records that are looked at together.
///
/// Records lie wherever the allocator put them. Looking at each as it comes waits for memory once
/// per record; touching a batch first lets the processor wait for many at once.
struct RecordBatch {
    static let capacity = 64

    private let records: UnsafeMutablePointer<RecordRef>
    private let witness: UnsafeMutablePointer<UInt64>
    private(set) var count = 0
    /// How many records to gather before they are looked at: few at first, if few are wanted.
    private var target: Int

    /// Room for a batch; whoever makes it frees it.
    init(wanted: Int) {
        records = .allocate(capacity: RecordBatch.capacity)
        witness = .allocate(capacity: 1)
        witness.initialize(to: 0)
        target = min(max(wanted, 4), RecordBatch.capacity)
    }

    func free() {
        records.deallocate()
        witness.deallocate()
    }

    /// Adds a record; true when it is time to look at the batch.
    @inline(__always)
    mutating func append(_ record: RecordRef) -> Bool {
        (records + count).initialize(to: record)
        count &+= 1
        return count == target
    }

    /// Passes the gathered records to `body` until it returns false, and begins a new batch.
    @inline(__always)
    mutating func drain(_ body: (RecordRef) -> Bool) -> Bool {
        var sum: UInt64 = 0
        for index in 0..<count { sum &+= records[index].row }
        // Stored, so that the loads above are not dropped as useless.
        witness.pointee = sum
        let gathered = count
        count = 0
        target = min(target &* 2, RecordBatch.capacity)
        for index in 0..<gathered where !body(records[index]) { return false }
        return true
    }
}
