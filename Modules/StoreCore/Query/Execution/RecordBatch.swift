/// A few records that are looked at together.
///
/// Records lie wherever the allocator put them. Looking at each as it comes waits for memory once
/// per record; touching a batch first lets the processor wait for many at once.
struct RecordBatch {
    private static let capacity = 64

    private let records: UnsafeMutablePointer<RecordRef>
    private var count = 0
    /// How many records have been passed on.
    private(set) var drained = 0
    /// How many records to gather before they are looked at: few at first, if few are wanted.
    private var target: Int
    private var witness: UInt8 = 0
    /// The column at which records are touched; -1 for their head, where the reference count is.
    private let slot: Int

    /// Calls `body` with room for a batch whose records are touched at column `slot`.
    @inline(__always)
    static func with<R>(
        wanted: Int, touching slot: Int, _ body: (inout RecordBatch) -> R
    ) -> R {
        withUnsafeTemporaryAllocation(of: RecordRef.self, capacity: capacity) { memory in
            var batch = RecordBatch(memory.baseAddress.unsafelyUnwrapped, wanted, slot)
            return body(&batch)
        }
    }

    private init(_ records: UnsafeMutablePointer<RecordRef>, _ wanted: Int, _ slot: Int) {
        self.records = records
        self.slot = slot
        target = min(max(wanted, 4), RecordBatch.capacity)
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
        let gathered = count
        if gathered > 1 {
            var sum: UInt8 = 0
            let offset = slot < 0 ? 0 : RawNode(records[0].values + slot) - records[0].pointer
            for index in 0..<gathered {
                sum &+= records[index].pointer.load(fromByteOffset: offset, as: UInt8.self)
            }
            // Stored, so that the loads above are not dropped as useless.
            witness = sum
        }
        count = 0
        target = min(target &* 2, RecordBatch.capacity)
        for index in 0..<gathered {
            drained &+= 1
            guard body(records[index]) else { return false }
        }
        return true
    }
}
