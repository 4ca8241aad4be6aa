import StoreCore

/// The events that a subscriber has before it, in the order of their commits.
///
/// A ring that grows by doubling, and gives its memory back when it has run empty. Where events of one record are to be
/// one, `places` says where in the ring its event stands; one that a later event has replaced leaves an empty place,
/// and the ring is put together anew when half of it is empty.
struct EventQueue: Sendable {
    /// What became of an event.
    enum Admission: Equatable {
        case taken
        /// Another one had to go.
        case displacing
        /// It is one with an earlier one now.
        case merged
        /// It has undone an earlier one.
        case cancelledOut
        /// There is no room.
        case refused
    }

    private struct RecordName: Hashable {
        let generation: UInt64
        let key: Key
    }

    private let rule: BufferingRule
    /// What the subscriber wants: an event is made of several only if it wants the result too.
    private let kinds: EventKinds
    private var ring = EventRing(capacity: 0)
    private var head = 0
    /// Places in use, empty ones included.
    private var used = 0
    /// How many places were given back so far: a place's number in `places` less this is its distance from the head.
    private var passed = 0
    private var places: [RecordName: Int] = [:]
    /// Events at places before this are not made one with later ones.
    private var sealed = 0
    /// How many events there are.
    private(set) var count = 0

    private static let capacityMin = 16
    /// A ring of more places than this is let go of when it has run empty.
    private static let capacityKept = 1_024

    init(_ rule: BufferingRule, _ kinds: EventKinds = .all) {
        self.rule = rule
        self.kinds = kinds
    }

    var isEmpty: Bool { count == 0 }
    /// Whether events of one record are made one.
    var isCoalescing: Bool { rule == .coalesceByKey }

    /// The first event; it stays.
    var first: Event? { used == 0 ? nil : ring[head] }

    /// The position of the first event.
    var firstPosition: Position? { used == 0 ? nil : ring.position(head) }

    /// Takes an event in, if the rule lets it.
    ///
    /// - Complexity: O(1), amortised.
    mutating func append(_ event: Event) -> Admission {
        switch rule {
        case .unbounded: break
        case .dropOldest(let capacity) where count >= capacity:
            _ = popFirst()
            push(event)
            return .displacing
        case .fail(let capacity) where count >= capacity: return .refused
        case .dropOldest, .fail: break
        case .coalesceByKey: return coalesce(event)
        }
        push(event)
        return .taken
    }

    /// The first event, which leaves.
    mutating func popFirst() -> Event? {
        guard count > 0, let event = ring.take(head) else { return nil }
        if rule == .coalesceByKey { forgetPlace(name(event)) }
        count -= 1
        advance()
        skipEmpty()
        if count == 0 { trim() }
        return event
    }

    /// The last event, which leaves.
    ///
    /// - Complexity: O(1), and O(places that later events have left empty behind it).
    mutating func popLast() -> Event? {
        while used > 0 {
            used -= 1
            guard let event = ring.take((head + used) & (ring.capacity - 1)) else { continue }
            count -= 1
            return event
        }
        return nil
    }

    /// All events, which stay.
    var all: [Event] {
        (0..<used).compactMap { ring[(head + $0) & (ring.capacity - 1)] }
    }

    /// Empties the queue.
    ///
    /// - Returns: what was in it, to be looked at or released where nobody waits.
    /// - Complexity: O(1).
    mutating func takeAll() -> EventQueue {
        let taken = self
        self = EventQueue(rule, kinds)
        return taken
    }

    /// Keeps what is there as it is: later events are not made one with it.
    ///
    /// - Returns: the position of the last event; nil if there is none, or events are never made one.
    mutating func seal() -> Position? {
        guard rule == .coalesceByKey else { return nil }
        sealed = passed + used
        for offset in (0..<used).reversed() {
            if let last = ring.position((head + offset) & (ring.capacity - 1)) { return last }
        }
        return nil
    }

    // MARK: The ring

    private mutating func push(_ event: Event) {
        if used == ring.capacity { grow() }
        ring[(head + used) & (ring.capacity - 1)] = event
        used += 1
        count += 1
    }

    private mutating func advance() {
        head = (head + 1) & (ring.capacity - 1)
        used -= 1
        passed += 1
    }

    /// The head is never an empty place.
    private mutating func skipEmpty() {
        guard rule == .coalesceByKey else { return }
        while used > 0, ring[head] == nil { advance() }
    }

    private mutating func grow() {
        rebuild(capacity: max(EventQueue.capacityMin, ring.capacity * 2))
    }

    private mutating func trim() {
        if ring.capacity > EventQueue.capacityKept { self = EventQueue(rule, kinds) }
    }

    /// Lays the events out anew, without empty places.
    private mutating func rebuild(capacity: Int) {
        let next = EventRing(capacity: capacity)
        var filled = 0
        var kept = 0
        for offset in 0..<used {
            guard let event = ring.take((head + offset) & (ring.capacity - 1)) else { continue }
            if rule == .coalesceByKey { places[name(event)] = passed + filled }
            next[filled] = event
            filled += 1
            if passed + offset < sealed { kept = filled }
        }
        ring = next
        head = 0
        used = filled
        sealed = passed + kept
    }

    // MARK: One event for each record

    /// Puts an event last, where the next one of its record finds it.
    private mutating func push(_ event: Event, as name: RecordName) {
        // First: room is made without the empty places, so that every place has another number then.
        if used == ring.capacity { grow() }
        places[name] = passed + used
        push(event)
    }

    private func name(_ event: Event) -> RecordName {
        RecordName(generation: event.topics.bucket.generation, key: event.key)
    }

    /// Forgets where the event of this record is, unless that is another one by now.
    private mutating func forgetPlace(_ name: RecordName) {
        if places[name] == passed { places[name] = nil }
    }

    private mutating func coalesce(_ event: Event) -> Admission {
        let name = name(event)
        guard let place = places[name], place >= sealed else {
            push(event, as: name)
            return .taken
        }
        let index = (head + place - passed) & (ring.capacity - 1)
        guard let earlier = ring[index] else {
            preconditionFailure("an event of a record is not where it was put")
        }
        let merged = Event(earlier, then: event)
        let cameAndWent = merged.first?.event.net == .inserted && event.net == .deleted
        guard cameAndWent || kinds.contains(EventKinds(merged.net)) else {
            // Nobody would be told of what the two are together: both stay.
            push(event, as: name)
            return .taken
        }
        ring[index] = nil
        count -= 1
        skipEmpty()
        if cameAndWent {
            places[name] = nil
            if count == 0 { trim() }
            return .cancelledOut
        }
        if used >= EventQueue.capacityMin, count * 2 <= used { rebuild(capacity: ring.capacity) }
        push(merged, as: name)
        return .merged
    }
}

/// Places for events, in memory of its own: what is taken out or moved counts no references.
private final class EventRing: @unchecked Sendable {
    let capacity: Int
    private let places: UnsafeMutablePointer<Event?>

    init(capacity: Int) {
        self.capacity = capacity
        places = .allocate(capacity: capacity)
        places.initialize(repeating: nil, count: capacity)
    }

    deinit {
        places.deinitialize(count: capacity)
        places.deallocate()
    }

    subscript(index: Int) -> Event? {
        get { places[index] }
        set { places[index] = newValue }
    }

    func position(_ index: Int) -> Position? { places[index]?.position }

    /// The event at a place, which is empty then.
    func take(_ index: Int) -> Event? {
        let event = (places + index).move()
        (places + index).initialize(to: nil)
        return event
    }
}
