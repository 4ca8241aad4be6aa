// Hashes of keys and unique values
// ================================
//
// Multiply-and-fold over 64-bit pieces, keyed by two secret words that each store draws for itself and never writes
// down: an attacker who chooses keys cannot aim at one leaf. Equal values hash equal: 1 and 1.0, and objects whatever
// the order of their fields.

struct SeededHash: Sendable {
    let first: UInt64
    let second: UInt64

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// A hash with fresh secrets.
    init() {
        var words: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &words) { Platform.fillRandom($0) }
        self.init(first: words.0, second: words.1 | 1)
    }

    @inline(__always)
    static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    @inline(__always)
    private func finish(_ word: UInt64, _ tag: UInt64) -> UInt64 {
        let mixed = SeededHash.fold(word ^ first, second ^ tag &* 0x9E37_79B9_7F4A_7C15)
        return SeededHash.fold(mixed ^ second, 0xA076_1D64_78BD_642F)
    }

    @inline(__always)
    func hash(_ value: Value) -> UInt64 {
        switch value {
        case .string(let string): return hash(string)
        case .integer(let integer): return finish(UInt64(bitPattern: integer), 1)
        default: return hashSlowly(value)
        }
    }

    @inline(__always)
    func hash(_ string: String) -> UInt64 {
        var string = string
        return string.withUTF8 { hash(UnsafeRawBufferPointer($0), tag: 2) }
    }

    @inline(__always)
    func hash(_ bytes: UnsafeRawBufferPointer, tag: UInt64) -> UInt64 {
        let count = bytes.count
        guard let base = bytes.baseAddress, count > 0 else { return finish(0, tag) }
        var state = first ^ UInt64(count) &* 0xE703_7ED1_A0B4_28DB
        var offset = 0
        while count &- offset > 16 {
            let low = (base + offset).loadUnaligned(as: UInt64.self)
            let high = (base + offset + 8).loadUnaligned(as: UInt64.self)
            state = SeededHash.fold(low ^ second, high ^ state)
            offset &+= 16
        }
        // The last 1 to 16 bytes; pieces may overlap what has been read.
        var low: UInt64
        var high: UInt64
        let rest = count &- offset
        if rest >= 8 {
            low = (base + offset).loadUnaligned(as: UInt64.self)
            high = (base + (count - 8)).loadUnaligned(as: UInt64.self)
        } else if rest >= 4 {
            low = UInt64((base + offset).loadUnaligned(as: UInt32.self))
            high = UInt64((base + (count - 4)).loadUnaligned(as: UInt32.self))
        } else {
            low = UInt64(bytes[offset]) << 16 | UInt64(bytes[offset + rest / 2]) << 8
            low |= UInt64(bytes[count - 1])
            high = 0
        }
        state = SeededHash.fold(low ^ second, high ^ state)
        return finish(state, tag)
    }

    @inline(never)
    private func hashSlowly(_ value: Value) -> UInt64 {
        switch value {
        case .null: return finish(0, 3)
        case .bool(let bool): return finish(bool ? 1 : 0, 4)
        case .integer(let integer): return finish(UInt64(bitPattern: integer), 1)
        case .double(let double):
            if let integer = Int64(exactly: double) {
                return finish(UInt64(bitPattern: integer), 1)
            }
            return finish(double.bitPattern, 5)
        case .date(let date): return finish(UInt64(bitPattern: date.microseconds), 6)
        case .string(let string): return hash(string)
        case .bytes(let bytes): return bytes.withUnsafeBytes { hash($0, tag: 7) }
        case .array(let array):
            var state = finish(UInt64(array.count), 8)
            for element in array { state = SeededHash.fold(state ^ hash(element), second) }
            return finish(state, 8)
        case .object(let fields):
            var sum: UInt64 = 0
            for (name, value) in fields {
                sum &+= SeededHash.fold(hash(name) ^ first, hash(value) ^ second)
            }
            return finish(sum, 9)
        }
    }

    /// The hash of several values in order.
    @inline(__always)
    func hash(_ record: RecordRef, _ slots: [Int]) -> UInt64 {
        var state = hash(record.values[slots[0]])
        for slot in slots.dropFirst() {
            state = SeededHash.fold(state ^ hash(record.values[slot]), second)
        }
        return state
    }

    /// The hash of what a unique constraint enters of a record.
    @inline(__always)
    func hash(_ record: RecordRef, _ shape: IndexShape) -> UInt64 {
        shape.folded == 0 ? hash(record, shape.slots) : hash(shape.values(of: record))
    }

    func hash(_ values: [Value]) -> UInt64 {
        var state = hash(values[0])
        for value in values.dropFirst() { state = SeededHash.fold(state ^ hash(value), second) }
        return state
    }
}
