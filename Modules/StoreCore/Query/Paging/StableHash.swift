/// A hash that is the same in every process: FNV-1a, 64 bits, with the bits mixed at the end.
///
/// For telling things apart, not for hash tables: anyone can make collisions.
enum StableHash {
    static func of(_ bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash ^= hash >> 32
        hash = hash &* 0xd6e8_feb8_6659_fd93
        return hash ^ hash >> 32
    }
}
