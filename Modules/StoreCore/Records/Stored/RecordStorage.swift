/// One version of one record: a header, one value per column, and the undeclared fields, in a
/// single allocation.
///
/// Immutable once published, and shared between threads then. It is not `Sendable`, since
/// `ManagedBuffer` takes that away from its subclasses; ``Record`` vouches for it.
final class RecordStorage: ManagedBuffer<RecordHeader, Value> {
    deinit {
        withUnsafeMutablePointers { header, values in
            let extras = header.pointee.hasExtras ? 1 : 0
            for slot in 0..<(header.pointee.withLayout(\.count) &+ extras)
            where ValueWords.ownsHeap(values + slot) { (values + slot).deinitialize(count: 1) }
            header.pointee.releaseLayout()
        }
    }

    /// Makes a record whose values are all null.
    ///
    /// The caller may `initialize` each value once without losing anything, since null owns
    /// nothing.
    @inline(__always)
    static func blank(_ layout: Layout, hasExtras: Bool = false) -> RecordStorage {
        make(layout: layout, extras: hasExtras ? Fields() : nil) { values in
            for slot in 0..<layout.count { (values + slot).initialize(to: .null) }
        }
    }

    /// Makes a record; `initialise` must initialise one value per column of the layout.
    ///
    /// The header is a fresh one: its owner sets row, position, version and times. So is
    /// `byteCount`, without what the values hold outside of themselves.
    @inline(__always)
    static func make(
        layout: Layout, extras: Fields?,
        initialising initialise: (UnsafeMutablePointer<Value>) -> Void
    ) -> RecordStorage {
        let count = layout.count &+ (extras == nil ? 0 : 1)
        let buffer = RecordStorage.create(minimumCapacity: count) { _ in
            RecordHeader(
                layout: layout, byteCount: UInt32(clamping: RecordStorage.ownBytes(slots: count)),
                hasExtras: extras != nil)
        }
        let storage = unsafeDowncast(buffer, to: RecordStorage.self)
        storage.head.pointee.retainLayout()
        let values = storage.values
        initialise(values)
        if let extras { (values + layout.count).initialize(to: .object(extras)) }
        return storage
    }

    /// The bytes of the allocation itself.
    @inline(__always)
    static func ownBytes(slots: Int) -> Int {
        16 &+ MemoryLayout<RecordHeader>.stride &+ slots &* MemoryLayout<Value>.stride
    }

    /// The header in place: reading it through the property costs a check for exclusive access.
    @inline(__always)
    var head: UnsafeMutablePointer<RecordHeader> { withUnsafeMutablePointerToHeader { $0 } }

    /// The values, one per column, then the extras.
    ///
    /// Valid while the record is.
    @inline(__always)
    var values: UnsafeMutablePointer<Value> { withUnsafeMutablePointerToElements { $0 } }

    /// The number of columns.
    @inline(__always)
    var count: Int { head.pointee.withLayout(\.count) }

    /// The value of a column.
    @inline(__always)
    func value(at slot: Int) -> Value { values[slot] }

    /// Calls `body` with the value of a column in place, without copying it.
    @inline(__always)
    func withValue<R>(at slot: Int, _ body: (borrowing Value) -> R) -> R { body(values[slot]) }

    /// The undeclared fields; nil when there are none.
    @inline(__always)
    var extras: Fields? {
        guard head.pointee.hasExtras, case .object(let fields) = values[count] else { return nil }
        return fields
    }

    /// The value of the key field, or an array of the key fields' values.
    var key: Key {
        let layout = head.pointee.layout
        guard layout.keySlots.count != 1 else { return Key(values[layout.keySlot]) }
        return layout.keySlots.isEmpty
            ? Key(.null) : Key(.array(layout.keySlots.map { values[$0] }))
    }

    /// The value of a field, declared or not; null when there is none.
    @inline(__always)
    func value(named name: String) -> Value {
        let slot = head.pointee.withLayout { $0.index(of: name) }
        if slot >= 0 { return values[slot] }
        guard head.pointee.hasExtras, case .object(let fields) = values[count] else { return .null }
        return fields[exact: name]
    }

    /// The same for one of many names: `extras` finds the undeclared fields.
    func value(named name: String, _ extras: FieldFinder?) -> Value {
        let slot = head.pointee.withLayout { $0.index(of: name) }
        return slot >= 0 ? values[slot] : extras?[name] ?? .null
    }

    /// A copy with the same header, which `change` may alter before anyone else sees it.
    ///
    /// Whoever changes what a value holds outside of itself corrects `byteCount`.
    func copy(_ change: (RecordStorage) -> Void = { _ in }) -> RecordStorage {
        let copy = RecordStorage.make(layout: head.pointee.layout, extras: extras) { target in
            let source = values
            for slot in 0..<count { (target + slot).initialize(to: source[slot]) }
        }
        copy.inherit(head.pointee)
        copy.head.pointee.byteCount = head.pointee.byteCount
        change(copy)
        return copy
    }

    /// Counts what the values hold outside of themselves into `byteCount`.
    func measure() {
        let slots = count + (head.pointee.hasExtras ? 1 : 0)
        var bytes = RecordStorage.ownBytes(slots: slots)
        for slot in 0..<slots { bytes &+= values[slot].heapBytes }
        head.pointee.byteCount = UInt32(clamping: bytes)
    }
}
