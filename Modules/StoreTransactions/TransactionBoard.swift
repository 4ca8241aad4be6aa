import StoreCore
import Synchronization

/// Knows the transactions of a store that are under way: it counts them, and ends those that take too long.
///
/// Ending one here lets go of the version that it reads, whatever its body waits for, and of its place among those that
/// have been in conflict. Most transactions are over long before that, so one task sleeps for all: until the earliest
/// deadline when it last looked.
final class TransactionBoard: StoreComponent, @unchecked Sendable {
    static let componentName = "transactions"
    let name = TransactionBoard.componentName

    struct Counts {
        var committed = 0
        var rolledBack = 0
        var conflicts = 0
        var retries = 0
        var timeouts = 0
    }

    private let clock: any StoreClock
    private let lock = Lock()
    private let number = Atomic(UInt64.random(in: .min ... .max))
    // Under `lock`.
    /// The newest transaction that is under way, and how many there are; each knows its neighbours.
    private var newest: Transaction?
    private var count = 0
    var counts = Counts()
    /// Sleeps until `wake`; nil when there is nothing to wait for.
    private var watch: Task<Void, Never>?
    private var wake = Timestamp.distantFuture
    private(set) var isStopped = false
    /// Who may run again after a conflict, and those who wait for that.
    var order = ConflictOrder()
    var waits: [ConflictOrder.Ticket: ConflictWait] = [:]
    var lastTicket: ConflictOrder.Ticket = 0

    init(_ clock: any StoreClock) { self.clock = clock }

    static func of(_ store: Store) throws -> TransactionBoard {
        let component = try store.component(named: componentName) { TransactionBoard(store.clock) }
        guard let board = component as? TransactionBoard else {
            throw StoreError(.refused("a component of another kind is called “\(componentName)”"))
        }
        return board
    }

    func start(on store: Store) async throws {}

    func stop() async {
        let (watch, left, waits) = lock.withLock {
            isStopped = true
            defer { self.watch = nil }
            return (self.watch, underWay, takeAllWaits())
        }
        watch?.cancel()
        for wait in waits { wait.continuation.resume(throwing: StoreError(.stopped)) }
        for transaction in left { transaction.draft.end(because: StoreError(.stopped)) }
        await watch?.value
    }

    func locked<R>(_ body: () -> R) -> R { lock.withLock(body) }

    // MARK: Transactions

    /// A name for a transaction: short enough to take no memory of its own.
    func nextID() -> String {
        var number = number.wrappingAdd(1, ordering: .relaxed).newValue
        return String(unsafeUninitializedCapacity: 13) { bytes in
            for place in 0..<13 {
                bytes[place] = UInt8(ascii: "0") + UInt8(number & 31)
                if bytes[place] > UInt8(ascii: "9") { bytes[place] += 39 }
                number >>= 5
            }
            return 13
        }
    }

    /// Under the lock: all of them.
    private var underWay: [Transaction] {
        Array(sequence(first: newest) { $0?.older }.lazy.compactMap(\.self))
    }

    func enter(_ transaction: Transaction) {
        lock.withLock {
            transaction.older = newest
            newest?.newer = transaction
            newest = transaction
            count += 1
            if let deadline = transaction.limit?.deadline { watchUntil(deadline) }
        }
    }

    func leave(_ transaction: Transaction, _ count: (inout Counts) -> Void) {
        lock.withLock {
            transaction.older?.newer = transaction.newer
            if let newer = transaction.newer {
                newer.older = transaction.older
            } else {
                newest = transaction.older
            }
            transaction.older = nil
            self.count -= 1
            count(&counts)
        }
    }

    // MARK: Deadlines

    /// Under the lock.
    func watchUntil(_ deadline: Timestamp) {
        guard !isStopped, watch == nil || deadline < wake else { return }
        watch?.cancel()
        wake = deadline
        let clock = clock
        watch = Task.detached { [weak self] in
            var next: Timestamp? = deadline
            while let deadline = next {
                do { try await clock.sleep(until: deadline, tolerance: nil) } catch { return }
                next = self?.endLate(at: clock.now)
            }
        }
    }

    /// Ends the transactions whose time is over; returns when to look again.
    private func endLate(at now: Timestamp) -> Timestamp? {
        let late = lock.withLock { () -> Late in
            var late = Late()
            // Another has taken over.
            if Task.isCancelled { return late }
            for transaction in underWay {
                guard let deadline = transaction.limit?.deadline else { continue }
                if deadline <= now {
                    late.transactions.append(transaction)
                    // It does not commit any more: others need not wait for its body.
                    if let ticket = transaction.ticket { late.started += letGo(ticket) }
                } else {
                    late.next = min(late.next ?? deadline, deadline)
                }
            }
            let waits = takeLateWaits(at: now)
            late.waits = waits.late
            late.started += waits.started
            if let next = waits.next { late.next = min(late.next ?? next, next) }
            if let next = late.next { wake = next } else { watch = nil }
            return late
        }
        for transaction in late.transactions {
            transaction.draft.end(because: transaction.limit?.error)
        }
        for wait in late.started { wait.continuation.resume() }
        for wait in late.waits {
            wait.continuation.resume(throwing: wait.limit?.error ?? CancellationError())
        }
        return late.next
    }

    private struct Late {
        var transactions: [Transaction] = []
        var waits: [ConflictWait] = []
        /// Those who have waited for them.
        var started: [ConflictWait] = []
        var next: Timestamp?
    }

    // MARK: Reports

    /// How many transactions are under way, and what has become of the others.
    var statistics: Fields {
        lock.withLock {
            [
                "underWay": .integer(Int64(count)),
                "waiting": .integer(Int64(waits.count)),
                "committed": .integer(Int64(counts.committed)),
                "rolledBack": .integer(Int64(counts.rolledBack)),
                "conflicts": .integer(Int64(counts.conflicts)),
                "retries": .integer(Int64(counts.retries)),
                "timeouts": .integer(Int64(counts.timeouts)),
            ]
        }
    }
}
