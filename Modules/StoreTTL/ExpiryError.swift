/// Why a deadline could not be set.
///
/// Nothing has happened then.
public struct ExpiryError: Error, Sendable, Hashable {
    /// The kinds of faults.
    ///
    /// Later releases may add some.
    public struct Reason: Sendable, Hashable {
        enum Kind: Hashable {
            case noLifetime(bucket: String)
            case invalidLifetime(Duration)
            case invalidInterval(Duration)
        }

        let kind: Kind

        /// The bucket has no lifetime that a record could be given anew.
        public static func noLifetime(bucket: String) -> Reason {
            Reason(kind: .noLifetime(bucket: bucket))
        }
        /// No record can live for this long.
        public static func invalidLifetime(_ duration: Duration) -> Reason {
            Reason(kind: .invalidLifetime(duration))
        }
        /// There cannot be so little time between two sweeps.
        public static func invalidInterval(_ duration: Duration) -> Reason {
            Reason(kind: .invalidInterval(duration))
        }
    }

    /// What is wrong.
    public let reason: Reason

    init(_ reason: Reason) { self.reason = reason }
}

extension ExpiryError: CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String {
        switch reason.kind {
        case .noLifetime(let bucket):
            "Bucket \"\(bucket)\" has no lifetime to begin anew; say how long with `expiresIn:`, or define the "
                + "bucket with `.ttl` or `.slidingTTL`"
        case .invalidLifetime(let duration):
            "A record cannot live for \(duration); give a duration above zero, or `persist` it to let it live for "
                + "ever"
        case .invalidInterval(let duration):
            "There cannot be \(duration) between two sweeps; give a duration above zero, or `.zero` to turn the "
                + "sweeper off"
        }
    }
}
