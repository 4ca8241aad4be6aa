/// A record inside the versioned state, without a reference of one's own.
///
/// Valid while something keeps the state alive: a snapshot, or a lock held. Reading through it touches no count.
struct RecordRef {
    let pointer: RawNode

    @inline(__always)
    init(_ pointer: RawNode) { self.pointer = pointer }

    @inline(__always)
    init(_ storage: RecordStorage) { pointer = Unmanaged.passUnretained(storage).toOpaque() }

    /// An object begins with two words; the buffer's header and its elements follow.
    private static var headerOffset: Int { 2 * MemoryLayout<UInt>.size }
    private static var valuesOffset: Int {
        let end = headerOffset + MemoryLayout<RecordHeader>.size
        let mask = MemoryLayout<Value>.alignment - 1
        return (end + mask) & ~mask
    }

    @inline(__always)
    var header: UnsafeMutablePointer<RecordHeader> {
        (pointer + RecordRef.headerOffset).assumingMemoryBound(to: RecordHeader.self)
    }

    /// The record's values, one for each column; behind them the undeclared fields, if it has any.
    @inline(__always)
    var values: UnsafeMutablePointer<Value> {
        (pointer + RecordRef.valuesOffset).assumingMemoryBound(to: Value.self)
    }

    /// Where the value of a column lies, counted from the record's beginning.
    @inline(__always)
    static func offset(ofSlot slot: Int) -> Int {
        valuesOffset + slot * MemoryLayout<Value>.stride
    }

    @inline(__always)
    var row: RowID { header.pointee.row }
    @inline(__always)
    var version: Int { header.pointee.version }
    @inline(__always)
    var stamp: Int64 { Int64(bitPattern: header.pointee.position) }
    @inline(__always)
    var expiresAt: Int64 { header.pointee.expiresAt }
    @inline(__always)
    var byteCount: UInt32 { header.pointee.byteCount }

    /// The record's key.
    @inline(__always)
    var key: Key { storage.key }

    /// A reference of one's own.
    @inline(__always)
    var storage: RecordStorage {
        Unmanaged<RecordStorage>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Makes this new record the successor of `other`: the next version in the same row.
    @inline(__always)
    func succeed(_ other: RecordRef) {
        header.pointee.version = other.header.pointee.version &+ 1
        header.pointee.expiresAt = other.header.pointee.expiresAt
        header.pointee.createdAt = other.header.pointee.createdAt
        header.pointee.row = other.header.pointee.row
    }

    /// Whether both are one version of one record of a bucket with one deadline, perhaps under two definitions.
    @inline(__always)
    func isSameVersion(as other: RecordRef) -> Bool {
        row == other.row && version == other.version && expiresAt == other.expiresAt
    }

    /// Whether `RecordStorage` lies in memory as this type takes it to.
    static let isAsExpected: Bool = {
        let storage = RecordStorage.blank(.detached)
        let ref = RecordRef(storage)
        return storage.withUnsafeMutablePointers { header, values in
            header == ref.header && values == ref.values
        }
    }()
}
