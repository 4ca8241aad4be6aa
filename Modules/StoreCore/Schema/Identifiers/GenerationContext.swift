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
        case .uuid where rule.type == .bytes: bytes(generator.uuid())
        case .uuid: .string(generator.uuid())
        case .uuid7 where rule.type == .bytes: bytes(generator.uuid7(at: now))
        case .uuid7: .string(generator.uuid7(at: now))
        case .cuid2: .string(generator.cuid2())
        case .autoincrement: .integer(autoincrement(slot))
        case .timestamp where rule.type == .date: .date(now)
        case .timestamp: .integer(now.microseconds / 1_000)
        case nil: .null
        }
    }

    /// The bytes of a UUID; a text that is none stays one, which a bytes column refuses.
    private func bytes(_ text: String) -> Value {
        UUIDText(text).map { .bytes($0.bytes) } ?? .string(text)
    }
}
