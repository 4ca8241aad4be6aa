public import StoreCore

extension StoreOption {
    /// Decides how overdue records are swept.
    ///
    /// Without it, the defaults hold from the first bucket with a lifetime, or the first record with one, on. With it,
    /// records with deadlines of any kind are swept from the start on.
    ///
    /// - Parameter checkInterval: the least time between two sweeps, so that deadlines that lie close together go
    ///   together; `.zero` turns the sweeper off: overdue records are seen by nobody, and go when somebody takes their
    ///   key or calls `purgeExpired()`. If it is negative, the start throws ``ExpiryError``.
    /// - Returns: the option.
    public static func expiry(checkInterval: Duration = .milliseconds(10)) -> StoreOption {
        StoreOption { configuration in
            guard checkInterval >= .zero else { throw ExpiryError(.invalidInterval(checkInterval)) }
            configuration.add(Sweeper(checkInterval: checkInterval))
        }
    }
}
