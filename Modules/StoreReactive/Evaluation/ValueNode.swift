import StoreCore

/// A query whose results are of one type.
class ValueNode<Value: Sendable>: LiveNode, @unchecked Sendable {
    /// The newest result, once there is one.
    private(set) var latest: LiveUpdate<Value>?
    /// Why there is no result: the first run has failed, or the query has ended.
    private(set) var failure: (any Error)?
    /// The newest result that was another one than the one before.
    private var shown: Value?
    private var receivers: [UInt64: LiveReceiver<Value>] = [:]
    /// Those who have come, and are to be shown the state after what was committed before.
    private var joining: [(receiver: LiveReceiver<Value>, position: Position)] = []

    override var hasRun: Bool { latest != nil || failure != nil || isOver }
    override var receiverCount: Int { receivers.count }

    // MARK: Running

    /// Runs the query: its result, and whether it is another one than before.
    func compute(_ run: QueryRun) async throws -> (value: Value, isNew: Bool) {
        fatalError("a node is of a kind")
    }

    /// Whether the query can not go on after an error.
    func isFinal(_ error: any Error) -> Bool { false }

    override func evaluate(_ run: QueryRun) async -> NodeResult {
        do {
            let (value, isNew) = try await compute(run)
            return result(value, isNew: isNew, of: run)
        } catch {
            // A bucket that records are related to, for one, may be defined again.
            if let name = (error as? StoreError)?.bucket { run.noteAbsent(name) }
            return result(error, of: run)
        }
    }

    func result(_ value: Value, isNew: Bool, of run: QueryRun) -> NodeResult {
        NodeResult(hasFailed: false) { [self] hub, woken in
            let update = LiveUpdate(
                value: value, error: nil, position: run.snapshot.position,
                instant: run.snapshot.instant, causation: runsCause)
            return accept(update, isNew: isNew, hub, &woken)
        }
    }

    /// What was the result before is that of a later state.
    func unchanged(by run: QueryRun) -> NodeResult {
        NodeResult(hasFailed: false) { [self] hub, woken in
            guard let value = latest?.value else { return false }
            let update = LiveUpdate(
                value: value, error: nil, position: run.snapshot.position,
                instant: run.snapshot.instant, causation: runsCause)
            return accept(update, isNew: false, hub, &woken)
        }
    }

    func result(_ error: any Error, of run: QueryRun) -> NodeResult {
        NodeResult(hasFailed: true) { [self] hub, woken in
            guard let value = latest?.value, !isFinal(error) else {
                failure = error
                hub.end(self, error, &woken)
                return true
            }
            let update = LiveUpdate(
                value: value, error: error, position: run.snapshot.position,
                instant: run.snapshot.instant, causation: runsCause)
            return accept(update, isNew: true, hub, &woken)
        }
    }

    private func accept(
        _ update: LiveUpdate<Value>, isNew: Bool, _ hub: LiveHub, _ woken: inout Woken
    ) -> Bool {
        let isRecovered = latest?.error != nil && update.error == nil
        let isFirst = latest == nil
        if let latest { woken.release(latest) }
        latest = update
        if isFirst { releaseFirstWaiters(&woken) }
        if let shown, isNew { woken.release(shown) }
        if isNew { shown = update.value }
        guard isNew || isRecovered else { return false }
        for receiver in receivers.values.sorted(by: { $0.id < $1.id })
        where !joining.contains(where: { $0.receiver === receiver }) {
            hub.offer(update, for: runsFor, to: receiver, of: self, &woken)
        }
        return true
    }

    /// The result to which the next one is compared.
    ///
    /// What was left out is not the one to compare with: many small steps would never be shown.
    override var previous: (any Sendable)? { shown }

    // MARK: Receivers

    func join(_ receiver: LiveReceiver<Value>, _ hub: LiveHub, _ woken: inout Woken) {
        if isOver { return receiver.close(failure) }
        receivers[receiver.id] = receiver
        guard let latest else { return }
        let told = hub.inbox.told
        if coalescing != .latest || hub.isCurrent(self, through: told) {
            return hub.offer(latest, for: .start, to: receiver, of: self, &woken)
        }
        joining.append((receiver, told))
        hub.joining.insert(id)
        hub.work()
    }

    /// Shows the present result to those who have come, as soon as it is that of what was committed before.
    override func welcome(_ hub: LiveHub, _ woken: inout Woken) -> Bool {
        guard let latest else { return joining.isEmpty }
        let waiting = joining
        joining = []
        for (receiver, position) in waiting {
            if latest.position >= position || hub.isCurrent(self, through: position) {
                hub.offer(latest, for: .start, to: receiver, of: self, &woken)
            } else {
                joining.append((receiver, position))
            }
        }
        return joining.isEmpty
    }

    func leave(_ receiver: LiveReceiver<Value>) { receivers[receiver.id] = nil }

    override func close(_ error: (any Error)?, _ hub: LiveHub, _ woken: inout Woken) {
        if failure == nil { failure = error }
        woken.release(receivers)
        for receiver in receivers.values {
            receiver.close(error)
            woken.append(receiver.takeWaiter())
            hub.tellEnd(receiver, of: self)
        }
        receivers = [:]
        joining = []
        releaseFirstWaiters(&woken)
    }
}

/// A query that is run anew whenever something changes that it has read.
final class FunctionNode<Value: Sendable>: ValueNode<Value>, @unchecked Sendable {
    private let body: @Sendable (QueryContext) async throws -> Value
    private let isSame: @Sendable (Value, Value) -> Bool
    /// The bucket without which it can not go on, if it is a query of one handle's.
    private let bucket: String?

    init(
        _ id: UInt64, _ name: String, _ parameters: String, _ coalescing: Coalescing,
        _ key: NodeKey?, of bucket: String? = nil,
        _ body: @escaping @Sendable (QueryContext) async throws -> Value,
        _ isSame: @escaping @Sendable (Value, Value) -> Bool
    ) {
        self.body = body
        self.isSame = isSame
        self.bucket = bucket
        super.init(id, name, parameters, coalescing, key)
    }

    override func compute(_ run: QueryRun) async throws -> (value: Value, isNew: Bool) {
        let value = try await body(QueryContext(run: run))
        // The caller's comparison may take long, and is no matter of the lock's.
        return (value, (run.previous as? Value).map { !isSame($0, value) } ?? true)
    }

    override func isFinal(_ error: any Error) -> Bool {
        bucket.map { (error as? StoreError)?.reason == .bucketDropped($0) } ?? false
    }
}
