/// The types that a column may have.
public enum ColumnType: String, Sendable, Hashable, Codable, CaseIterable {
    /// Text.
    case string
    /// Integers and doubles, each kept as it is.
    case number
    /// Whole numbers of 64 bits.
    case integer
    /// True or false.
    case boolean
    /// Points in time; texts in ISO 8601 are taken and become dates.
    case date
    /// Bytes.
    case bytes
    /// Lists of any values.
    case array
    /// Named values of any type.
    case object

    /// Whether values of the type may be equal and yet look different, as 1 and 1.0 do.
    var hasSpellings: Bool { self == .number || self == .array || self == .object }
}
