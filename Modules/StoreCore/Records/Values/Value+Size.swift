extension Value {
    /// About how many bytes the value holds outside of itself.
    ///
    /// The value's nesting must have been checked.
    @inline(__always)
    var heapBytes: Int {
        switch self {
        case .null, .bool, .integer, .double, .date: 0
        case .string(let text): StringBits(text).isSmall ? 0 : text.utf8.count &+ Value.heapOverhead
        default: containerBytes
        }
    }

    /// What the allocator and the runtime add to each buffer.
    static var heapOverhead: Int { 32 }

    @inline(never)
    private var containerBytes: Int {
        switch self {
        case .bytes(let bytes): bytes.count &+ Value.heapOverhead
        case .array(let values):
            values.reduce(Value.heapOverhead) { $0 &+ MemoryLayout<Value>.stride &+ $1.heapBytes }
        case .object(let fields): fields.heapBytes
        default: heapBytes
        }
    }
}

extension Fields {
    /// About how many bytes the fields occupy.
    var heapBytes: Int {
        entries.reduce(32 + (places?.bytes ?? 0)) {
            $0 &+ MemoryLayout<Entry>.stride &+ Value.string($1.name).heapBytes
                &+ $1.value.heapBytes
        }
    }
}
