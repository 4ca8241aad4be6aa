/// A set of slots; those of layouts with up to 64 columns need no allocation.
struct SlotSet {
    private var low: UInt64 = 0
    private var rest: [UInt64]

    init(count: Int) {
        rest = count <= 64 ? [] : Array(repeating: 0, count: (count - 1) / 64)
    }

    @inline(__always)
    mutating func insert(_ slot: Int) {
        if slot < 64 {
            low |= 1 << UInt64(slot)
        } else {
            rest[slot / 64 - 1] |= 1 << UInt64(slot % 64)
        }
    }

    @inline(__always)
    func contains(_ slot: Int) -> Bool {
        slot < 64
            ? low & (1 << UInt64(slot)) != 0 : rest[slot / 64 - 1] & (1 << UInt64(slot % 64)) != 0
    }
}
