import StoreCore

/// The buckets of which queries have read something, and through which instant their deadlines have been looked at.
struct DeadlineLook {
    struct Place {
        var readers: Set<UInt64> = []
        /// Every result takes the deadlines through here into account, or its query has been woken.
        var through: Timestamp
    }

    private(set) var places: [BucketReference: Place] = [:]
    /// Tells of deadlines that are nearer than the one that is waited for.
    var watch: DeadlineWatch?
    /// Sleeps until the next deadline.
    private var timer: Task<Void, Never>?
    private var isRenewing = false
    private var isOutdated = false
    private var isOver = false

    /// A query shows a result as of an instant, for which it has read of these buckets.
    ///
    /// - Returns: whether their deadlines have to be looked at again.
    mutating func add(_ id: UInt64, _ buckets: some Sequence<BucketReference>, _ instant: Timestamp)
        -> Bool
    {
        var isNew = false
        for bucket in buckets {
            guard let place = places[bucket] else {
                places[bucket] = Place(readers: [id], through: instant)
                isNew = true
                continue
            }
            places[bucket]?.readers.insert(id)
            if instant < place.through {
                places[bucket]?.through = instant
                isNew = true
            }
        }
        return isNew
    }

    mutating func remove(_ id: UInt64, _ buckets: some Sequence<BucketReference>) {
        for bucket in buckets {
            places[bucket]?.readers.remove(id)
            if places[bucket]?.readers.isEmpty == true { places[bucket] = nil }
        }
    }

    /// The deadlines of a bucket have been looked at through `instant`.
    mutating func haveLooked(at bucket: BucketReference, through instant: Timestamp) {
        if let place = places[bucket] { places[bucket]?.through = max(place.through, instant) }
    }

    // MARK: One look at a time

    /// Whether a look may begin; otherwise the one that is under way begins again.
    mutating func begin() -> Bool {
        if isOver { return false }
        isOutdated = isRenewing
        defer { isRenewing = true }
        return !isRenewing
    }

    /// A look has ended: whether it has to begin again.
    mutating func hasEnded() -> Bool {
        defer { isOutdated = false }
        isRenewing = isOutdated && !isOver
        return isRenewing
    }

    /// - Returns: the timer before, which is of no use any more.
    mutating func wait(with timer: Task<Void, Never>?) -> Task<Void, Never>? {
        defer { self.timer = timer }
        return self.timer
    }

    /// Nobody is there any more.
    mutating func end() -> Task<Void, Never>? {
        isOver = true
        places = [:]
        return wait(with: nil)
    }
}
