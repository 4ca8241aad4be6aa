import StoreCore

/// Something that no run of transactions may show.
struct Finding: CustomStringConvertible, Sendable {
    enum Kind: String, Sendable {
        /// A record was written by who had read an older one.
        case lostUpdate
        /// A record that was read, but not written, was another one at the commit.
        case writeSkew
        /// A query would have had another result at the commit.
        case phantom
        /// A read that does not agree with the state at the position of the transaction.
        case inconsistentRead
        /// A value of a transaction that was never committed, or was taken back.
        case abortedRead
        /// A value that its own transaction has overwritten.
        case intermediateRead
        /// A commit with something else than its transaction has written.
        case wrongCommit
        /// A transaction that stands before one that was over when it began.
        case realTime
        /// Transactions each of which comes before the next, in a circle.
        case cycle
        /// Accounts that have more or less together than before.
        case unbalanced
    }

    let kind: Kind
    let text: String

    init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    var description: String { "\(kind.rawValue): \(text)" }
}
