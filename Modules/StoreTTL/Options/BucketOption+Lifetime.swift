public import StoreCore

extension BucketOption {
    /// Records live for so long from their insertion, or from the last time they were replaced as a whole.
    ///
    /// A record that was inserted with a deadline of its own keeps that. See <doc:ExpiryAndLimits> for what every write
    /// does to a deadline.
    ///
    /// - Parameter lifetime: at least a microsecond; otherwise the definition throws `DefinitionError`.
    /// - Returns: the option.
    public static func ttl(_ lifetime: Duration) -> BucketOption {
        option(Lifetime(lifetime), "\(lifetime)", .fixed)
    }

    /// Records live for so long from their insertion, or from the last time they were replaced as a whole.
    ///
    /// - Parameter text: a positive number and a unit, `s`, `m`, `h` or `d`: `"30m"`, `"1.5 h"`; otherwise the
    ///   definition throws `DefinitionError`.
    /// - Returns: the option.
    public static func ttl(_ text: String) -> BucketOption {
        option(Lifetime(text), text, .fixed)
    }

    /// Records live for so long since they were last used: written, or read by key through a handle.
    ///
    /// Reads are seen shortly before a record's deadline, and prolong it then; a read in the last eighth of a life, at
    /// most a second and at least 10 ms, may come too late. With the sweeper off, reads prolong nothing.
    ///
    /// - Parameter lifetime: at least a microsecond; otherwise the definition throws `DefinitionError`.
    /// - Returns: the option.
    public static func slidingTTL(_ lifetime: Duration) -> BucketOption {
        option(Lifetime(lifetime), "\(lifetime)", .sliding)
    }

    /// Records live for so long since they were last used; see ``slidingTTL(_:)-(Duration)``.
    ///
    /// - Parameter text: a positive number and a unit, `s`, `m`, `h` or `d`.
    /// - Returns: the option.
    public static func slidingTTL(_ text: String) -> BucketOption {
        option(Lifetime(text), text, .sliding)
    }

    private static func option(
        _ lifetime: Lifetime?, _ text: String, _ kind: ExpiryKind
    ) -> BucketOption {
        BucketOption { bucket in
            guard let lifetime else {
                throw DefinitionError(
                    bucket: bucket.bucket, reason: .invalidOption,
                    message:
                        "\(text) is no lifetime; give a duration above zero, like .minutes(30) "
                        + "or \"30m\" (units s, m, h, d)")
            }
            guard ExpiryKind.allCases.allSatisfy({ !bucket.attributes.contains($0.rawValue) })
            else {
                throw DefinitionError(
                    bucket: bucket.bucket, reason: .invalidOption,
                    message: "a bucket has one lifetime; give one of ttl and slidingTTL, once")
            }
            bucket.attributes[kind.rawValue] = .integer(lifetime.microseconds)
            bucket.letsRecordsGo = true
            bucket.deadlines = kind.rule(lifetime)
            if kind == .sliding { bucket.keepsReadMarks = true }
            bucket.require(component: Sweeper.componentName) { Sweeper() }
        }
    }
}

/// From when on a lifetime counts; the raw value names the attribute that keeps it, in microseconds.
enum ExpiryKind: String, CaseIterable, Sendable {
    /// From the insertion or the last replacement on.
    case fixed = "ttl"
    /// From the last use on.
    case sliding = "slidingTTL"

    /// What each kind of write does to a deadline.
    func rule(_ lifetime: Lifetime) -> DeadlineRule {
        switch self {
        case .fixed:
            DeadlineRule { write, current, now in
                write == .merged ? current : lifetime.end(from: now)
            }
        case .sliding:
            DeadlineRule { write, current, now in
                let end = lifetime.end(from: now)
                guard write == .merged else { return end }
                // To use a record never shortens its life, and what lives for ever goes on to.
                return current.map { max($0, end) }
            }
        }
    }
}

extension BucketDefinition {
    /// The lifetime of the bucket's records, and from when on it counts; nil if the bucket has none.
    var lifetime: (kind: ExpiryKind, Lifetime)? {
        for kind in ExpiryKind.allCases {
            if case .integer(let microseconds) = attributes[kind.rawValue],
                let lifetime = Lifetime(.microseconds(microseconds))
            {
                return (kind, lifetime)
            }
        }
        return nil
    }
}
