extension ReadSet {
    /// Where a commit and what was read meet.
    public struct Meeting: Sendable {
        /// What was read, as far as the commit concerns it.
        public enum Term: Sendable, Hashable {
            /// The record under the change's key.
            case key
            /// Records that satisfy a predicate, or some of these in an order.
            case range(Predicate)
            /// All records of the bucket.
            case bucket
            /// Anything of the bucket, whose definition has changed.
            case definition
        }

        /// The bucket in which they meet.
        public let bucket: BucketReference
        /// The change to a record; nil where the bucket's definition has changed.
        public let change: Change?
        /// What was read.
        public let term: Term
        /// False where it is only suspected, since it is not known what the record was before.
        public internal(set) var isSure: Bool

        /// What the range asked for that was met; nil where something else was.
        public var predicate: Predicate? {
            if case .range(let predicate) = term { return predicate }
            return nil
        }

        init(_ change: Change, _ term: Term, isSure: Bool) {
            bucket = change.bucket
            self.change = change
            self.term = term
            self.isSure = isSure
        }

        /// A change of the definition of `bucket`.
        init(redefinitionOf bucket: BucketReference) {
            self.bucket = bucket
            change = nil
            term = .definition
            isSure = true
        }
    }
}

extension ReadSet.Meeting: CustomStringConvertible {
    /// What happened and what was read of it, for people.
    public var description: String {
        guard let change else { return "the definition of \(bucket) has changed" }
        let event = "\(bucket.name)/\(change.key) was \(change.kind)"
        let read =
            switch term {
            case .key: "it was read by its key"
            case .range(let predicate): "the range of what satisfies \(predicate) was read"
            case .bucket, .definition: "all of the bucket was read"
            }
        return "\(event), and \(read)"
            + (isSure ? "" : "; what the record was before is not known")
    }
}
