/// UUIDs of version 7 that ascend (RFC 9562): 48 bits of milliseconds, then 74 bits that are random for
/// the first one of a millisecond, and greater by a random number for each further one.
struct UUIDSeries {
    private var milliseconds: UInt64
    /// The 74 bits of the last one.
    private var rest: UInt128
    private var isBegun: Bool

    private static let timeMax: UInt64 = 1 << 48 - 1
    private static let restMax: UInt128 = 1 << 74 - 1

    /// A series without any.
    init() {
        milliseconds = 0
        rest = 0
        isBegun = false
    }

    /// A series with a last one.
    init(milliseconds: UInt64, rest: UInt128) {
        self.milliseconds = milliseconds
        self.rest = rest
        isBegun = true
    }

    /// The next one, with 128 random bits to be used.
    mutating func next(at now: Timestamp, _ high: UInt64, _ low: UInt64) -> UUIDText {
        let time = min(UInt64(max(0, now.microseconds / 1_000)), UUIDSeries.timeMax)
        if !isBegun || time > milliseconds {
            begin(time, high, low)
        } else {
            // A step of up to 2^32: there is room for 2^41 of them in each millisecond.
            rest += 1 + UInt128(low & 0xFFFF_FFFF)
            if rest > UUIDSeries.restMax {
                begin(min(milliseconds + 1, UUIDSeries.timeMax), high, low)
            }
        }
        return UUIDText(
            high: milliseconds << 16 | 0x7000 | UInt64(truncatingIfNeeded: rest >> 62),
            low: UInt64(truncatingIfNeeded: rest) & (1 << 62 - 1) | 1 << 63)
    }

    private mutating func begin(_ time: UInt64, _ high: UInt64, _ low: UInt64) {
        isBegun = true
        milliseconds = time
        // The topmost bit stays 0: room to ascend.
        rest = (UInt128(high) << 64 | UInt128(low)) & (UUIDSeries.restMax >> 1)
    }
}
