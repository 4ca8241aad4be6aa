import StoreCore

/// The place of a transaction among those that have been in conflict.
struct ConflictPlace {
    /// The lower, the earlier the transaction was in conflict for the first time.
    let ticket: ConflictOrder.Ticket
    /// All that it has been in conflict about.
    var spots: [HotSpot] = []
    /// Whether the transaction is in the queue, and it is its turn.
    var isTaken = false
}

/// A transaction that waits for others to end.
struct ConflictWait {
    let continuation: CheckedContinuation<Void, any Error>
    let limit: TransactionLimit?
}

extension TransactionBoard {
    func newPlace() -> ConflictPlace {
        locked {
            lastTicket += 1
            return ConflictPlace(ticket: lastTicket)
        }
    }

    /// Waits until the transactions that were in conflict earlier at the spots of a place have ended.
    ///
    /// - Throws: ``TransactionTimeoutError``, `CancellationError`, `StoreError` (`stopped`).
    func take(_ place: ConflictPlace, _ limit: TransactionLimit?) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = locked {
                    if isStopped { return .failure(StoreError(.stopped)) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if order.enter(place.ticket, at: place.spots) { return .success(()) }
                    waits[place.ticket] = ConflictWait(continuation: continuation, limit: limit)
                    if let deadline = limit?.deadline { watchUntil(deadline) }
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            giveUp(place.ticket)
        }
    }

    /// Lets others run at the spots of a place.
    func leave(_ ticket: ConflictOrder.Ticket) {
        for wait in locked({ letGo(ticket) }) { wait.continuation.resume() }
    }

    /// Under the lock: those who run from now on.
    func letGo(_ ticket: ConflictOrder.Ticket) -> [ConflictWait] {
        order.leave(ticket).compactMap { waits.removeValue(forKey: $0) }
    }

    private func giveUp(_ ticket: ConflictOrder.Ticket) {
        let (gone, started) = locked { () -> (ConflictWait?, [ConflictWait]) in
            // Who runs already looks at the cancellation himself.
            guard let gone = waits.removeValue(forKey: ticket) else { return (nil, []) }
            return (gone, letGo(ticket))
        }
        gone?.continuation.resume(throwing: CancellationError())
        for wait in started { wait.continuation.resume() }
    }

    /// Under the lock: those whose time is over, those who run in their place, and the next deadline.
    func takeLateWaits(at now: Timestamp) -> (
        late: [ConflictWait], started: [ConflictWait], next: Timestamp?
    ) {
        var (late, started): ([ConflictWait], [ConflictWait]) = ([], [])
        var next: Timestamp?
        let due = waits.filter { _, wait in
            guard let deadline = wait.limit?.deadline else { return false }
            if deadline > now { next = min(next ?? deadline, deadline) }
            return deadline <= now
        }
        for (ticket, wait) in due {
            waits[ticket] = nil
            late.append(wait)
        }
        for ticket in due.keys { started += letGo(ticket) }
        counts.timeouts += late.count
        return (late, started, next)
    }

    /// Under the lock: everybody who waits.
    func takeAllWaits() -> [ConflictWait] {
        defer {
            waits = [:]
            order = ConflictOrder()
        }
        return Array(waits.values)
    }
}
