/// When records were last read, outside the versioned state.
///
/// `get` and `contains` through a handle leave marks; queries and reads of snapshots do not. Marks cost a read one short lock and are never
/// consulted for visibility: they help to choose victims and to prolong deadlines. A mark says when, and whether anybody
/// has read the record since the visit was last taken; neither disturbs the other. It goes on saying when, but is set aside
/// for ``lastReadSinceTouch(_:)``, as soon as the record is given a deadline.
public final class ReadMarks: @unchecked Sendable {
    private struct Shard {
        let lock = Lock()
        // Under `lock`: four times the microseconds, and the flags.
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
        let mark = min(max(microseconds, (.min >> 2) + 1), .max >> 2) << 2 | ReadMarks.visited
        shards[index].lock.withLock { shards[index].marks[row] = mark }
    }

    /// Notes a visit that was no read: it leaves the time as it is.
    func visit(_ row: RowID) {
        let index = Int(truncatingIfNeeded: row & 15)
        shards[index].lock.withLock {
            shards[index].marks[row, default: ReadMarks.never] |= ReadMarks.visited
        }
    }

    /// Notes that a record's deadline was set at an instant, so that earlier reads have no say in it.
    func touch(_ row: RowID, at microseconds: Int64) {
        let index = Int(truncatingIfNeeded: row & 15)
        shards[index].lock.withLock {
            guard let mark = shards[index].marks[row], mark >> 2 <= microseconds else { return }
            shards[index].marks[row] = mark | ReadMarks.touched
        }
    }

    /// Stands for no read at all.
    private static let never = Int64.min
    /// A visit that nobody has taken.
    private static let visited: Int64 = 1
    /// The deadline was set behind the read.
    private static let touched: Int64 = 2

    func forget(_ row: RowID) {
        let index = Int(truncatingIfNeeded: row & 15)
        shards[index].lock.withLock { _ = shards[index].marks.removeValue(forKey: row) }
    }

    /// When `record` was last read through a handle; nil if it was not, as far as is known.
    public func lastRead(_ record: Record) -> Timestamp? {
        mark(of: record).flatMap(ReadMarks.instant)
    }

    /// The same, but nil if the record's deadline was set since then by a change of its own, such as a touch.
    public func lastReadSinceTouch(_ record: Record) -> Timestamp? {
        mark(of: record).flatMap { $0 & ReadMarks.touched == 0 ? ReadMarks.instant($0) : nil }
    }

    private func mark(of record: Record) -> Int64? {
        let row = RecordRef(record.storage).row
        let index = Int(truncatingIfNeeded: row & 15)
        return shards[index].lock.withLock { shards[index].marks[row] }
    }

    private static func instant(_ mark: Int64) -> Timestamp? {
        mark >> 2 == never >> 2 ? nil : Timestamp(microseconds: mark >> 2)
    }

    /// Whether `record` was read through a handle since this was last asked of it.
    ///
    /// When it was read stays known.
    public func takeVisit(of record: Record) -> Bool {
        let row = RecordRef(record.storage).row
        let index = Int(truncatingIfNeeded: row & 15)
        return shards[index].lock.withLock {
            guard let mark = shards[index].marks[row], mark & ReadMarks.visited != 0 else {
                return false
            }
            shards[index].marks[row] = mark & ~ReadMarks.visited
            return true
        }
    }
}
