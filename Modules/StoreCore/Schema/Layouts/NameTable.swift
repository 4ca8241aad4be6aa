/// The columns' slots by the machine words of their names.
///
/// A hash table with so much room, and a hash so chosen, that each name of a bucket of usual width lies in the very place
/// where it is looked for first. Where a name stands in code as a literal, most of its hash is worked out by the
/// compiler, and one comparison is left of the search.
@usableFromInline
struct NameTable: @unchecked Sendable {
    // Unchecked: the entries are written in `init` only.

    /// A name and its slot; the words of no name, and -1, where there is none.
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline let bits: StringBits
        @usableFromInline let slot: Int

        fileprivate static let vacant = Entry(bits: StringBits(low: 0, high: 0), slot: -1)
    }

    let entries: UnsafeMutablePointer<Entry>
    /// What a hash is multiplied by; its low six bits are how far it is shifted then to become a place.
    let mixer: UInt64
    private let mask: Int

    /// How many hashes are tried before a table is given more room.
    private static let attempts = 32
    /// Beyond this many entries for a name, names may lie elsewhere than in their first place.
    private static let roomMax = 16

    /// Makes a table of names that are all different; its owner calls `deallocate()`.
    init(_ names: [StringBits]) {
        var size = 2
        while size < 4 * names.count { size *= 2 }
        var found = NameTable.mixer(for: names, size)
        while found == nil, size < NameTable.roomMax * names.count {
            size *= 2
            found = NameTable.mixer(for: names, size)
        }
        mask = size - 1
        mixer = found ?? NameTable.mixer(0, size)
        entries = .allocate(capacity: size)
        entries.initialize(repeating: .vacant, count: size)
        for (slot, bits) in names.enumerated() {
            var place = NameTable.place(bits, mixer)
            while entries[place].slot >= 0 { place = (place + 1) & mask }
            entries[place] = Entry(bits: bits, slot: slot)
        }
    }

    func deallocate() { entries.deallocate() }

    private static func mixer(_ attempt: Int, _ size: Int) -> UInt64 {
        let shift = UInt64(64 - size.trailingZeroBitCount)
        return (UInt64(attempt) &+ 1) &* 0xD6E8_FEB8_6659_FD93 & ~63 | shift
    }

    /// A mixer that gives each name a place of its own, if there is one among those tried.
    private static func mixer(for names: [StringBits], _ size: Int) -> UInt64? {
        for attempt in 0..<attempts {
            let mixer = mixer(attempt, size)
            var isTaken = [Bool](repeating: false, count: size)
            let isClash = names.contains { bits in
                let place = place(bits, mixer)
                defer { isTaken[place] = true }
                return isTaken[place]
            }
            if !isClash { return mixer }
        }
        return nil
    }

    /// The place where a name is looked for first.
    @inlinable
    @inline(__always)
    static func place(_ bits: StringBits, _ mixer: UInt64) -> Int {
        // Either word by a number of its own: names often differ in their last byte alone.
        let hash = bits.low &* 0x9E37_79B9_7F4A_7C15 ^ bits.high &* 0xC2B2_AE3D_27D4_EB4F
        return Int(truncatingIfNeeded: ((hash ^ hash &>> 32) &* mixer) &>> mixer)
    }

    /// The slot of the name with these very words, or -1.
    ///
    /// A text of more than 15 bytes may be there with other words.
    @inline(__always)
    func slot(of bits: StringBits) -> Int {
        var place = NameTable.place(bits, mixer)
        while entries[place].slot >= 0 {
            if entries[place].bits.isIdentical(to: bits) { return entries[place].slot }
            place = (place &+ 1) & mask
        }
        return -1
    }
}
