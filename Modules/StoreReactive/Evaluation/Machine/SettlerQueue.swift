import StoreCore

/// Those who wait until nothing is left to do that follows from the commits through their positions.
///
/// Who waits for less is done first: one look at the least of them says whether anybody is.
struct SettlerQueue<Waiter> {
    /// A heap: nobody is less than who stands at half its place.
    private var heap: [(position: Position, number: UInt64)] = []
    private var waiters: [UInt64: Waiter] = [:]
    /// Nobody who is here waits for more.
    private(set) var greatest: Position?

    var isEmpty: Bool { waiters.isEmpty }
    var count: Int { waiters.count }

    /// - Complexity: O(log n).
    mutating func insert(_ waiter: Waiter, _ number: UInt64, through position: Position) {
        waiters[number] = waiter
        greatest = max(greatest ?? position, position)
        heap.append((position, number))
        var place = heap.count - 1
        while place > 0, heap[place].position < heap[(place - 1) / 2].position {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes somebody out who waits no longer.
    mutating func remove(_ number: UInt64) -> Waiter? {
        defer { if waiters.isEmpty { clear() } }
        return waiters.removeValue(forKey: number)
    }

    /// Takes those out for whom nothing is left to do that follows from the commits through their positions.
    ///
    /// What `isDone` says of a position, it says of those before too. O(log n) for each who is taken out, and one question
    /// more.
    mutating func release(where isDone: (Position) -> Bool) -> [Waiter] {
        var released: [Waiter] = []
        while let least = heap.first {
            if waiters[least.number] != nil {
                guard isDone(least.position) else { break }
                if let waiter = waiters.removeValue(forKey: least.number) {
                    released.append(waiter)
                }
            }
            removeLeast()
        }
        if waiters.isEmpty { clear() }
        return released
    }

    private mutating func clear() {
        heap = []
        greatest = nil
    }

    private mutating func removeLeast() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < heap.count && heap[child].position < heap[least].position {
                least = child
            }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
