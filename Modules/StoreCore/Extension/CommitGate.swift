/// Someone who may refuse a commit after every check, before anything has happened.
///
/// The place to reserve room for a log record, to apply back-pressure, or to make a store read-only. Called under the
/// writer lock: be brief, do not block, do not write.
public protocol CommitGate: AnyObject, Sendable {
    /// Lets `proposal` pass, or throws. What is thrown reaches the caller as it is, and the store is unchanged.
    ///
    /// Gates are asked in the order in which they were added. If a later gate refuses, `didRefuse` tells the earlier
    /// ones that their reservation is void.
    func admit(_ proposal: Commit) throws

    /// A later gate refused a commit that this one had admitted.
    func didRefuse(_ proposal: Commit)
}

extension CommitGate {
    /// Does nothing.
    public func didRefuse(_ proposal: Commit) {}
}
