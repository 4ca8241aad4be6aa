/// What a transaction has to be sure of when it commits.
public enum TransactionIsolation: Sendable, Hashable {
    /// Everything that it has read is still true: keys, absent ones too, and the results of its queries.
    ///
    /// The transaction is as if it had run alone, at its commit.
    case serializable
    /// The records that it writes are still those that it has seen; what it has only read may have changed (write
    /// skew).
    case snapshot
}

/// What becomes of a transaction that somebody else has come between.
public enum TransactionRetry: Sendable, Hashable {
    /// It fails with a ``TransactionConflictError``.
    case never
    /// Its body runs again, this many times at most, each on a newer state.
    ///
    /// Before a retry it waits for the transactions that have been in conflict about the same record, or the same query,
    /// before it: they run again one by one, the oldest first. Who is in no conflict does not wait, nor does who writes
    /// other records. The wait ends with the timeout, with cancellation and with the store. Inside of another store's
    /// transaction or an exclusive section nobody waits; a retry steps back for a moment there. The last retry takes the
    /// writers' turn: others wait until it is through, so that none comes between again.
    case upTo(Int)

    var retriesMax: Int {
        switch self {
        case .never: 0
        case .upTo(let count): max(0, count)
        }
    }
}
