/// The way from the root of an ordered tree to a slot of a leaf: a slot for each level.
///
/// Six bits for each, which lead through ten levels: with at least eight slots in use, more than a billion elements.
struct OrderedTreePath: Sendable, Equatable {
    private var bits: UInt64 = 0

    /// The slot at a level; leaves are at level 0.
    subscript(level: Int) -> Int {
        get { Int(bits >> UInt64(level * 6) & 63) }
        set { bits = bits & ~(63 << UInt64(level * 6)) | UInt64(newValue) << UInt64(level * 6) }
    }
}
