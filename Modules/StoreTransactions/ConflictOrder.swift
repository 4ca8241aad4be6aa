import StoreCore

/// What transactions have been in conflict about: a record, or what a query has asked for.
struct HotSpot: Hashable, Sendable {
    let bucket: String
    let key: Key?
    let predicate: Predicate?

    /// Nil where a bucket has been redefined: that happens once.
    init?(_ conflict: ConflictError) {
        // What changes the result of a query is another record each time.
        if conflict.key == nil && conflict.predicate == nil { return nil }
        bucket = conflict.bucket
        predicate = conflict.predicate
        key = conflict.predicate == nil ? conflict.key : nil
    }

    init(bucket: String, key: Key) {
        self.bucket = bucket
        self.key = key
        predicate = nil
    }
}

/// The order in which transactions that have been in conflict run again.
///
/// Each has a ticket, which is the lower the earlier it came, and hot spots. It may run when nobody runs at any of these,
/// and nobody with a lower ticket waits there. Who waits holds nothing, so nobody waits for one who waits for him: the
/// lowest ticket of all that wait runs as soon as those who run at its spots have left.
struct ConflictOrder {
    typealias Ticket = UInt64

    private struct Place {
        let spots: [HotSpot]
        var isRunning: Bool
    }

    private struct Spot {
        var running: Ticket?
        /// Those who wait, and some who have left since.
        var waiting = TicketHeap()
        /// How many wait.
        var count = 0
    }

    private var places: [Ticket: Place] = [:]
    private var spots: [HotSpot: Spot] = [:]
    /// How many steps have been taken; tests count them.
    private(set) var steps = 0

    var isEmpty: Bool { places.isEmpty && spots.isEmpty }

    /// Takes a ticket in, which is not there, and has not left while it waited.
    ///
    /// O(spots · log of those who wait there).
    ///
    /// - Returns: whether it runs at once; otherwise it waits.
    mutating func enter(_ ticket: Ticket, at hotSpots: [HotSpot]) -> Bool {
        precondition(places[ticket] == nil, "a ticket is used twice")
        let isFree = mayRun(ticket, at: hotSpots)
        places[ticket] = Place(spots: hotSpots, isRunning: isFree)
        for spot in hotSpots {
            if isFree {
                spots[spot, default: Spot()].running = ticket
            } else {
                spots[spot, default: Spot()].count += 1
                steps += spots[spot, default: Spot()].waiting.push(ticket)
            }
        }
        return isFree
    }

    /// Lets a ticket go, which runs, waits, or has left already.
    ///
    /// O(spots · log of those who wait there), amortised.
    ///
    /// - Returns: the tickets that run from now on.
    mutating func leave(_ ticket: Ticket) -> [Ticket] {
        guard let place = places.removeValue(forKey: ticket) else { return [] }
        for spot in place.spots {
            if place.isRunning {
                spots[spot]?.running = nil
            } else {
                spots[spot]?.count -= 1
                clearAway(at: spot)
            }
        }
        var started: [Ticket] = []
        for spot in place.spots {
            guard spots[spot]?.running == nil else { continue }
            if let next = lowest(at: spot), let spots = places[next]?.spots,
                mayRun(next, at: spots)
            {
                start(next, at: spots)
                started.append(next)
            } else if spots[spot]?.count == 0 {
                spots[spot] = nil
            }
        }
        return started
    }

    private mutating func mayRun(_ ticket: Ticket, at hotSpots: [HotSpot]) -> Bool {
        hotSpots.allSatisfy { spot in
            steps += 1
            return spots[spot]?.running == nil && lowest(at: spot) ?? ticket >= ticket
        }
    }

    private mutating func start(_ ticket: Ticket, at hotSpots: [HotSpot]) {
        places[ticket]?.isRunning = true
        for spot in hotSpots {
            spots[spot]?.running = ticket
            spots[spot]?.count -= 1
            // Nobody runs who is not the lowest everywhere.
            steps += spots[spot]?.waiting.removeFirst() ?? 0
        }
    }

    /// The lowest ticket that waits at a spot; nil if none does.
    private mutating func lowest(at spot: HotSpot) -> Ticket? {
        while let first = spots[spot]?.waiting.first {
            if places[first] != nil { return first }
            steps += spots[spot]?.waiting.removeFirst() ?? 0
        }
        return nil
    }

    /// Forgets those who have left where they are more than those who wait.
    private mutating func clearAway(at spot: HotSpot) {
        guard let found = spots[spot], found.waiting.count > 2 * found.count + 16 else { return }
        steps += found.waiting.count
        let places = places
        spots[spot]?.waiting.keep { places[$0] != nil }
    }
}

/// Tickets, the lowest of which is at hand.
struct TicketHeap {
    private var tickets: [UInt64] = []

    var first: UInt64? { tickets.first }
    var count: Int { tickets.count }

    /// Adds a ticket; returns how many others it was compared with.
    mutating func push(_ ticket: UInt64) -> Int {
        tickets.append(ticket)
        var (place, steps) = (tickets.count - 1, 0)
        while place > 0 {
            steps += 1
            let parent = (place - 1) / 2
            if tickets[parent] <= tickets[place] { break }
            tickets.swapAt(parent, place)
            place = parent
        }
        return steps
    }

    /// Removes the lowest ticket; returns how many others were compared.
    mutating func removeFirst() -> Int {
        guard let last = tickets.popLast(), !tickets.isEmpty else { return 0 }
        tickets[0] = last
        var (place, steps) = (0, 0)
        while 2 * place + 1 < tickets.count {
            steps += 1
            var child = 2 * place + 1
            if child + 1 < tickets.count, tickets[child + 1] < tickets[child] { child += 1 }
            if tickets[place] <= tickets[child] { break }
            tickets.swapAt(place, child)
            place = child
        }
        return steps
    }

    /// Keeps those tickets alone that satisfy a condition.
    mutating func keep(_ isKept: (UInt64) -> Bool) {
        // In order they are a heap.
        tickets = tickets.filter(isKept).sorted()
    }
}
