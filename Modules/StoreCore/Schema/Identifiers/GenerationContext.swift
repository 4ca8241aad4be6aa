/// What generated columns draw from at an insertion.
struct GenerationContext: Sendable {
    /// Where identifiers come from.
    let generator: any IDGenerator
    /// The time of the insertion.
    let now: Timestamp
    /// The next number of the counter of a column, by slot.
    let autoincrement: @Sendable (_ slot: Int) -> Int64

    /// The value that a column generates.
    @inline(__always)
    func value(for rule: ColumnRule, slot: Int) -> Value {
        switch rule.generated {
        case .uuid: .string(generator.uuid())
        case .autoincrement: .integer(autoincrement(slot))
        case .timestamp where rule.type == .date: .date(now)
        case .timestamp: .integer(now.microseconds / 1_000)
        case nil: .null
        }
    }
}
