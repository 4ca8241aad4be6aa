extension Supervisor {
    /// How a supervisor, or a child of it, is.
    public enum Health: Sendable, Hashable {
        /// It works.
        case healthy
        /// It works, but not as it should; the text says how.
        case degraded(String)
        /// It does not work; the text says why.
        case failed(String)
    }
}
