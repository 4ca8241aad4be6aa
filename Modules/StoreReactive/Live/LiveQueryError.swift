/// A live query cannot be had as it is asked for.
public struct LiveQueryError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Reason: Sendable, Hashable {
        /// A query of this name has been defined already.
        case alreadyDefined
        /// The definition has been taken back, or is another store's.
        case notDefined
        /// The query reads one state, as that of a snapshot or a draft, which does not change.
        case notLive
    }

    /// The query's name.
    public let query: String
    /// What is wrong.
    public let reason: Reason

    /// Makes an error by hand.
    public init(query: String, reason: Reason) {
        self.query = query
        self.reason = reason
    }
}

extension LiveQueryError: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch reason {
        case .alreadyDefined:
            "The query “\(query)” has been defined already; undefine it first, or use another name."
        case .notDefined:
            "The query “\(query)” is not defined in this store, or not any more; define it again."
        case .notLive:
            "The query of “\(query)” reads a state that does not change; ask through the bucket's handle."
        }
    }
}
