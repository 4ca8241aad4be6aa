/// What a stored record carries beside its values.
///
/// Set before the record is published, never after.
struct RecordHeader {
    /// The shape the values are laid out in; a reference that the record counts itself.
    ///
    /// A header is therefore plain memory, and copying it touches no count.
    private let shape: Unmanaged<Layout>
    /// The record's place in the order of insertion; never reused.
    var row: UInt64 = 0
    /// The position of the commit that wrote this version.
    var position: UInt64 = 0
    /// 1 at insertion, one more with each update.
    var version: Int = 1
    var createdAt = Timestamp(microseconds: 0)
    var updatedAt = Timestamp(microseconds: 0)
    /// When the record expires, in microseconds since 1970; `Int64.max` is never.
    var expiresAt: Int64 = .max
    /// About how many bytes of heap the record occupies, itself included; at most 4 GiB.
    var byteCount: UInt32 = 0
    /// How the record was written when the bucket's rule was asked for its deadline; nil if somebody has set it since.
    var ruled: DeadlineRule.Write?
    /// Whether one more value follows the columns' values: an object of the undeclared fields.
    var hasExtras: Bool

    init(layout: Layout, byteCount: UInt32, hasExtras: Bool) {
        shape = .passUnretained(layout)
        self.byteCount = byteCount
        self.hasExtras = hasExtras
    }

    /// The shape the values are laid out in.
    @inline(__always)
    var layout: Layout { shape._withUnsafeGuaranteedRef { $0 } }

    /// Calls `body` with the layout, without counting a reference to it.
    @inline(__always)
    func withLayout<R>(_ body: (Layout) -> R) -> R { shape._withUnsafeGuaranteedRef(body) }

    /// The slots by the columns' names.
    @inline(__always)
    var names: NameTable { shape._withUnsafeGuaranteedRef { $0.table } }

    /// Whether both records are laid out alike, slot by slot.
    @inline(__always)
    func hasLayout(of other: RecordHeader) -> Bool { shape.toOpaque() == other.shape.toOpaque() }

    /// Counts the record's reference to its layout.
    @inline(__always)
    func retainLayout() { _ = shape.retain() }

    /// Gives the record's reference to its layout back.
    @inline(__always)
    func releaseLayout() { shape.release() }
}
