public import StoreCore

/// Something that happened to one record.
///
/// Made of a commit, and as immutable: whatever happens later, it says what happened then.
public struct Event: Sendable {
    /// What an event did to its record.
    public enum Kind: Sendable, Hashable {
        /// The record is there, and was not before.
        case inserted
        /// The record has changed.
        case updated
        /// The record is gone.
        case deleted(Change.Reason)
    }

    /// The commit that it is part of; the last one, where a mailbox has made one event of several.
    public let commit: Commit
    let topics: BucketTopics
    /// Its place in the commit's changes.
    private let index: Int32
    /// What it was, any earlier events that it stands for included.
    let net: Change.Kind
    /// The first event of those that this one stands for, if it stands for several.
    let first: EarlierEvent?

    init(_ commit: Commit, _ index: Int, _ kind: Change.Kind, _ topics: BucketTopics) {
        self.commit = commit
        self.index = Int32(truncatingIfNeeded: index)
        self.topics = topics
        net = kind
        first = nil
    }

    /// What two events of one record are together.
    init(_ earlier: Event, then later: Event) {
        let first = (earlier.first ?? EarlierEvent(earlier)).followed(by: later)
        self.first = first
        commit = later.commit
        index = later.index
        topics = later.topics
        net =
            later.net == .deleted
            ? .deleted : (first.event.net == .inserted ? .inserted : .updated)
    }

    /// The change as the commit has it.
    public var change: Change { commit.recordChange(at: Int(index)) }

    /// What it was, any earlier events that it stands for included.
    public var kind: Kind {
        switch net {
        case .inserted: .inserted
        case .updated: .updated
        case .deleted: .deleted(change.reason)
        }
    }

    /// `bucket.orders.inserted` and the like.
    public var topic: String { topics[net] }

    /// The bucket's name.
    public var bucket: String { topics.bucket.name }
    /// The record's key.
    public var key: Key { change.key }
    /// Why it happened.
    public var reason: Change.Reason { change.reason }
    /// The commit's position.
    public var position: Position { commit.position }
    /// The commit's instant.
    public var timestamp: Timestamp { commit.timestamp }
    /// The transaction that the commit was, if it was one.
    public var transactionID: String? { commit.transactionID }
    /// What led to the commit.
    public var causation: Causation? { commit.causation }

    /// The record after the event; nil after a deletion.
    public var new: Record? { change.new }

    /// The record before the event; nil for an insertion.
    ///
    /// Nil too if nobody had asked for old images when the commit happened: whoever subscribes to updates or deletions
    /// asks for them. ``hasOldImage`` tells.
    public var old: Record? { first.map { $0.event.change.old } ?? change.old }

    /// Whether ``old`` is the whole truth.
    public var hasOldImage: Bool { first?.event.change.hasOldImage ?? change.hasOldImage }

    /// The record that the event is about: as it is after it, or as it last was.
    public var record: Record? {
        let change = change
        return change.new ?? old
    }

    /// Whether a field has another value than before: true for all that an inserted record has, or a deleted one had.
    ///
    /// `"address.city"` is the city inside the address.
    public func hasChanged(_ field: String) -> Bool {
        let path = FieldPath(field)
        return !(old?[path] ?? .null).isIdentical(to: new?[path] ?? .null)
    }

    /// Runs `body`; commits that its task makes meanwhile say that this event has caused them.
    ///
    /// The body of `on` runs so by itself; this is for who takes events from a sequence.
    public func causing<R>(_ body: () async throws -> R) async rethrows -> R {
        try await cause.run(body)
    }

    /// Of several events that it stands for, with the longest line behind them, and the earliest commit.
    var cause: Causation {
        guard let first else {
            return Causation(topic, position: position, cause: commit.causation)
        }
        return Causation(topic, position: position, cause: first.deepest, origin: first.origin)
    }

    /// The position of the first event that it stands for.
    var earliest: Position { first?.event.position ?? position }
}

/// An event that a later one of the same record stands for.
final class EarlierEvent: Sendable {
    let event: Event
    /// The longest line of causes that has led to one of the events.
    let deepest: Causation?
    /// The earliest commit that one of them follows from.
    let origin: Position

    convenience init(_ event: Event) {
        self.init(event, event.commit.causation, event.commit.origin)
    }

    private init(_ event: Event, _ deepest: Causation?, _ origin: Position) {
        self.event = event
        self.deepest = deepest
        self.origin = origin
    }

    /// The same with one more event behind it.
    func followed(by later: Event) -> EarlierEvent {
        let deepest = Causation.deeper(self.deepest, later.commit.causation)
        let origin = min(self.origin, later.commit.origin)
        if deepest === self.deepest, origin == self.origin { return self }
        return EarlierEvent(event, deepest, origin)
    }
}

extension Causation {
    /// The one that more causes have led to.
    static func deeper(_ one: Causation?, _ other: Causation?) -> Causation? {
        (other?.depth ?? 0) > (one?.depth ?? 0) ? other : one
    }

    /// What several events cause together: named after the last, with the longest line behind them, and following from
    /// the earliest commit.
    static func joining(_ last: Event, _ earlier: some Sequence<Event>) -> Causation {
        let own = last.cause
        var deepest = own.cause
        var origin = own.origin
        for event in earlier {
            let cause = event.cause
            deepest = deeper(deepest, cause.cause)
            origin = [origin, cause.origin].compactMap { $0 }.min()
        }
        return Causation(own.label, position: own.position, cause: deepest, origin: origin)
    }
}

extension Event: CustomStringConvertible {
    /// Topic, key and position.
    public var description: String { "\(topic) \(key) at \(position)" }
}
