/// When the events that have gathered are handed over together.
public struct Batching: Sendable, Hashable {
    let countMax: Int
    let within: Duration?

    /// As soon as there are so many; a number below 1 counts as 1.
    ///
    /// Fewer wait for more to come, for `settle()`, or for the store's stop.
    public static func count(_ count: Int) -> Batching { Batching(countMax: count, within: nil) }

    /// So long after the first of them, by the store's clock.
    public static func every(_ duration: Duration) -> Batching {
        Batching(countMax: .max, within: duration)
    }

    /// As soon as there are so many, and at the latest so long after the first of them.
    public static func count(_ count: Int, every duration: Duration) -> Batching {
        Batching(countMax: count, within: duration)
    }

    private init(countMax: Int, within: Duration?) {
        self.countMax = max(1, countMax)
        self.within = within
    }

    /// A batch is full when its buffer is.
    func within(_ buffering: BufferingRule) -> Batching {
        switch buffering {
        case .unbounded, .coalesceByKey: self
        case .dropOldest(let capacity), .fail(let capacity):
            Batching(countMax: min(countMax, capacity), within: within)
        }
    }
}
