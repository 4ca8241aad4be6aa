/// A small generator with a fixed seed, so that every run and every peer sees the same input in the
/// same order.
public struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    /// Starts the sequence that belongs to `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text of 36 characters, in the shape of a UUID.
    public mutating func identifier() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bits = (next(), next())
        var text: [UInt8] = []
        for place in 0..<32 {
            if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
            if place == 16 { bits.0 = bits.1 }
            text.append(digits[Int(bits.0 & 15)])
            bits.0 >>= 4
        }
        return String(decoding: text, as: UTF8.self)
    }
}
