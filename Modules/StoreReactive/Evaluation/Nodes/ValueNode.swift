import StoreCore

/// A query whose results are of one type.
final class ValueNode<Value: Sendable>: LiveNode, ResultNode, @unchecked Sendable {
    /// Someone who has come, and is to be shown the state of that moment.
    struct Arrival {
        let receiver: LiveReceiver<Value>
        let position: Position
        /// That state; nil where each state is shown anyway.
        let state: Snapshot?
    }

    /// What it runs.
    let work: any QueryWork<Value>
    /// The newest result, once there is one.
    private(set) var latest: LiveUpdate<Value>?
    /// Why there is no result: the first run has failed, or the query has ended.
    private(set) var failure: (any Error)?
    /// The newest result that was another one than the one before.
    private var shown: Value?
    /// Those who are told of each result.
    private var receivers: [UInt64: LiveReceiver<Value>] = [:]
    /// By the positions of their states.
    private var arrivals = Line<Arrival>()

    init(
        _ id: UInt64, _ name: String, _ parameters: String, _ coalescing: Coalescing,
        _ key: NodeKey?, _ work: any QueryWork<Value>
    ) {
        self.work = work
        super.init(id, name, parameters, coalescing, key)
    }

    var hasRun: Bool { latest != nil || failure != nil || isOver }
    var receiverCount: Int { receivers.count + arrivals.count }
    var previous: (any Sendable)? { shown }
    var isMaintained: Bool { work.isMaintained }
    var hasArrivals: Bool { !arrivals.isEmpty }
    var awaitedState: Snapshot? { arrivals.first?.state }

    // MARK: Running

    func advance(_ run: QueryRun) -> NodeResult? { work.advance(run, of: self) }
    func evaluate(_ run: QueryRun) async -> NodeResult { await work.evaluate(run, of: self) }

    func result(_ value: Value, isNew: Bool, of run: QueryRun) -> NodeResult {
        NodeResult(hasFailed: false) { [self] hub, woken in
            accept(LiveUpdate(value, nil, run.snapshot), isNew: isNew, hub, &woken)
        }
    }

    /// What was the result before is that of a later state.
    func unchanged(by run: QueryRun) -> NodeResult {
        NodeResult(hasFailed: false) { [self] hub, woken in
            guard let value = latest?.value else { return false }
            return accept(LiveUpdate(value, nil, run.snapshot), isNew: false, hub, &woken)
        }
    }

    func result(_ error: any Error, of run: QueryRun) -> NodeResult {
        NodeResult(hasFailed: true) { [self] hub, woken in
            guard let value = latest?.value, !work.isFinal(error) else {
                failure = error
                hub.end(self, error, &woken)
                return true
            }
            return accept(LiveUpdate(value, error, run.snapshot), isNew: true, hub, &woken)
        }
    }

    private func accept(
        _ update: LiveUpdate<Value>, isNew: Bool, _ hub: LiveHub, _ woken: inout Woken
    ) -> Bool {
        // Who is to be shown what was there before does not get this one for it.
        welcome(hub, &woken)
        let debt = hub.machine[id]?.runs ?? .nobodys
        var update = update
        update.cause = debt.cause
        let isRecovered = latest?.error != nil && update.error == nil
        let isFirst = latest == nil
        if let latest { woken.release(latest) }
        latest = update
        if isFirst { releaseFirstWaiters(&woken) }
        if let shown, isNew { woken.release(shown) }
        if isNew { shown = update.value }
        guard isNew || isRecovered else { return false }
        for receiver in receivers.values.sorted(by: { $0.id < $1.id }) {
            hub.offer(update, for: debt.first, to: receiver, of: self, &woken)
        }
        return true
    }

    // MARK: Receivers

    /// Shows each result from now on to somebody, and the present one first, if there is one.
    func add(_ receiver: LiveReceiver<Value>, _ hub: LiveHub, _ woken: inout Woken) {
        receivers[receiver.id] = receiver
        guard let latest else { return }
        hub.offer(latest, for: .start, to: receiver, of: self, &woken)
    }

    /// Has somebody wait for the state of the moment.
    func wait(_ arrival: Arrival) {
        arrivals.insert(arrival) { $0.position < $1.position }
    }

    func welcome(_ hub: LiveHub, _ woken: inout Woken) {
        guard let latest else { return }
        while let next = arrivals.first,
            latest.position >= next.position || hub.isCurrent(self, through: next.position)
        {
            _ = arrivals.popFirst()
            woken.release(next)
            hub.machine.arrivals -= 1
            add(next.receiver, hub, &woken)
        }
    }

    func leave(_ receiver: LiveReceiver<Value>, _ hub: LiveHub, _ woken: inout Woken) {
        if receivers.removeValue(forKey: receiver.id) != nil { return }
        let count = arrivals.count
        if let first = arrivals.first { woken.release(first) }
        arrivals.removeAll { $0.receiver === receiver }
        hub.machine.arrivals -= count - arrivals.count
    }

    func close(_ error: (any Error)?, _ hub: LiveHub, _ woken: inout Woken) {
        if failure == nil { failure = error }
        var all = Array(receivers.values)
        while let arrival = arrivals.popFirst() {
            woken.release(arrival)
            hub.machine.arrivals -= 1
            all.append(arrival.receiver)
        }
        woken.release(all)
        let debt = hub.machine[id]?.runs ?? .nobodys
        for receiver in all {
            receiver.close(error)
            woken.append(receiver.takeWaiter())
            hub.tellEnd(receiver, of: self, for: debt.first)
        }
        receivers = [:]
        releaseFirstWaiters(&woken)
    }
}
