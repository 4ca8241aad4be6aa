/// When records were last read, outside the versioned state.
///
/// `get` and `contains` through a handle leave marks; queries and reads of snapshots do not. Marks cost a read one short lock and are never
/// consulted for visibility: they help to choose victims and to prolong deadlines. A mark says when, and whether anybody
/// has read the record since the visit was last taken; neither disturbs the other.
public final class ReadMarks: @unchecked Sendable {
    private struct Shard {
        let lock = Lock()
        // Under `lock`: twice the microseconds, and 1 for a visit that nobody has taken.
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
        let mark = min(max(microseconds, (.min >> 1) + 1), .max >> 1) << 1 | 1
        shards[index].lock.withLock { shards[index].marks[row] = mark }
    }

    /// Notes a visit that was no read: it leaves the time as it is.
    func visit(_ row: RowID) {
        let index = Int(truncatingIfNeeded: row & 15)
        shards[index].lock.withLock {
            shards[index].marks[row, default: ReadMarks.never] |= 1
        }
    }

    /// Stands for no read at all.
    private static let never = Int64.min

    func forget(_ row: RowID) {
        let index = Int(truncatingIfNeeded: row & 15)
        shards[index].lock.withLock { _ = shards[index].marks.removeValue(forKey: row) }
    }

    /// When `record` was last read through a handle; nil if it was not, as far as is known.
    public func lastRead(_ record: Record) -> Timestamp? {
        let row = RecordRef(record.storage).row
        let index = Int(truncatingIfNeeded: row & 15)
        return shards[index].lock.withLock { shards[index].marks[row] }
            .flatMap { $0 & ~1 == ReadMarks.never ? nil : Timestamp(microseconds: $0 >> 1) }
    }

    /// Whether `record` was read through a handle since this was last asked of it.
    ///
    /// When it was read stays known.
    public func takeVisit(of record: Record) -> Bool {
        let row = RecordRef(record.storage).row
        let index = Int(truncatingIfNeeded: row & 15)
        return shards[index].lock.withLock {
            guard let mark = shards[index].marks[row], mark & 1 == 1 else { return false }
            shards[index].marks[row] = mark & ~1
            return true
        }
    }
}
