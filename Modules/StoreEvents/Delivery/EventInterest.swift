import StoreCore

/// Which events a receiver wants.
struct EventInterest: Sendable {
    let pattern: TopicPattern
    /// Only this life of the bucket; nil: whichever has the name.
    let generation: UInt64?
    /// Of updates only those that change what one of these ways leads to; nil: all.
    let fields: [FieldPath]?

    init(pattern: TopicPattern, generation: UInt64? = nil, fields: [String]?) {
        self.pattern = pattern
        self.generation = generation
        self.fields = fields?.map { FieldPath($0) }
    }

    func matches(_ bucket: BucketReference, _ kind: Change.Kind) -> Bool {
        (generation == nil || generation == bucket.generation)
            && pattern.matches(bucket: bucket.name, EventKinds(kind))
    }

    /// Whether an update changes what matters; what is not known to have stayed the same has changed.
    func isTouched(by change: Change) -> Bool {
        guard let fields, let old = change.old, let new = change.new else { return true }
        return fields.contains { !old[$0].isIdentical(to: new[$0]) }
    }
}

/// Someone who takes events in at once, to work on them later.
protocol EventReceiver: AnyObject, Sendable {
    var id: UInt64 { get }
    var interest: EventInterest { get }
    /// Whether the interest is in some fields only.
    var isSelective: Bool { get }

    /// Takes an event in; returns who waits for it, to be resumed by the caller when it holds no lock.
    ///
    /// Called in the order of commits, under the hub's lock.
    func offer(_ event: Event) -> CheckedContinuation<Void, Never>?

    /// No event follows.
    func close()

    /// How it is doing, where this is the newest commit.
    func status(_ newest: Position) -> SubscriptionStatus
}
