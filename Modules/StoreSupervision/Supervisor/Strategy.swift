extension Supervisor {
    /// Who is started anew when a child has failed.
    public enum Strategy: String, Sendable, Hashable, CaseIterable {
        /// The child that failed, and nobody else.
        case oneForOne
        /// All children: the others are stopped in reverse order, then all are started in order.
        ///
        /// Children that had ended by themselves are started again too; temporary ones are not.
        case oneForAll
        /// The child that failed and those after it, in the same manner.
        case restForOne
    }

    /// Whether a supervisor stops when children that are marked as significant have ended by themselves.
    ///
    /// A child that is restarted has not ended, and one that the supervisor stopped has not ended by itself.
    public enum AutoStop: String, Sendable, Hashable, CaseIterable {
        /// It goes on without children.
        case never
        /// The first significant child that ends stops the supervisor.
        case anySignificant
        /// The last significant child that ends stops the supervisor.
        case allSignificant
    }
}
