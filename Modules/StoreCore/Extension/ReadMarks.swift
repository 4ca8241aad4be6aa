/// When records were last read, outside the versioned state.
///
/// `get` and `contains` through a handle leave marks; queries and reads of snapshots do not. Marks cost a read one short lock and are never
/// consulted for visibility: they help to choose victims and to prolong deadlines.
public final class ReadMarks: @unchecked Sendable {
    private struct Shard {
        let lock = Lock()
        // Under `lock`.
        var marks: [RowID: Int64] = [:]
    }

    private let shards: UnsafeMutableBufferPointer<Shard>

    /// Marks for one bucket.
    public init() {
        shards = .allocate(capacity: 16)
        for index in 0..<16 { shards.initializeElement(at: index, to: Shard()) }
    }

    deinit {
        shards.deinitialize()
        shards.deallocate()
    }

    @inline(__always)
    func mark(_ row: RowID, at microseconds: Int64) {
        let index = Int(truncatingIfNeeded: row & 15)
        shards[index].lock.withLock { shards[index].marks[row] = microseconds }
    }

    func forget(_ row: RowID) {
        let index = Int(truncatingIfNeeded: row & 15)
        shards[index].lock.withLock { _ = shards[index].marks.removeValue(forKey: row) }
    }

    /// When `record` was last read through a handle; nil if it was not, as far as is known.
    public func lastRead(_ record: Record) -> Timestamp? {
        let row = RecordRef(record.storage).row
        let index = Int(truncatingIfNeeded: row & 15)
        return shards[index].lock.withLock { shards[index].marks[row] }
            .map(Timestamp.init(microseconds:))
    }
}
