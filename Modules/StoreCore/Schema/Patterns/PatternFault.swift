/// Why a pattern cannot be used.
struct PatternFault: Error, Hashable {
    /// Where, in Unicode scalars from the pattern's beginning.
    let offset: Int
    /// What is wrong and what would be right.
    let message: String
}
