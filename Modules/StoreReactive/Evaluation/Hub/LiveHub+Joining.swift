import StoreCore

extension LiveHub {
    // MARK: Joining and leaving

    func define(_ name: String, _ body: AnyObject) throws {
        try locked {
            if isClosed { throw StoreError(.stopped) }
            guard definitions[name] == nil else {
                throw LiveQueryError(query: name, reason: .alreadyDefined)
            }
            definitions[name] = body
        }
    }

    func undefine(_ name: String) -> Bool {
        waking { woken in
            guard let body = definitions.removeValue(forKey: name) else { return false }
            woken.release(body)
            for node in nodes.values where node.key?.digest.body == ObjectIdentifier(body) {
                end(node, LiveQueryError(query: name, reason: .notDefined), &woken)
            }
            return true
        }
    }

    func check<Parameters, Value>(_ query: QueryDefinition<Parameters, Value>) throws {
        try locked { try check(query.name, ObjectIdentifier(query.body)) }
    }

    func check(_ name: String, _ body: ObjectIdentifier) throws {
        if isClosed { throw StoreError(.stopped) }
        guard definitions[name].map(ObjectIdentifier.init) == body else {
            throw LiveQueryError(query: name, reason: .notDefined)
        }
    }

    /// The node for a query with its parameters, and a place in it for a sequence.
    func join<Value>(
        _ store: Store, _ key: NodeKey?, _ definition: (String, ObjectIdentifier)? = nil,
        _ make: (UInt64) -> ValueNode<Value>
    ) throws -> (ValueNode<Value>, LiveReceiver<Value>) {
        try attach(to: store)
        while true {
            let (candidates, count, id) = locked {
                (key.flatMap { shared[$0.digest] } ?? [], sharedCount, nextID())
            }
            let known = candidates.first { $0.key == key } as? ValueNode<Value>
            let node = known ?? make(id)
            let isThere = try waking { woken in
                if isClosed { throw StoreError(.stopped) }
                if let definition { try check(definition.0, definition.1) }
                // Another may have come, or this one may have gone, in between.
                if node.isOver || known == nil && key != nil && sharedCount != count {
                    return false
                }
                if known == nil {
                    nodes[node.id] = node
                    if let key { shared[key.digest, default: []].append(node) }
                    sharedCount += 1
                    machine.add(node.id, node.coalescing)
                    work()
                }
                node.members += 1
                return true
            }
            if isThere { return (node, join(node)) }
        }
    }

    /// A place for a sequence.
    func join<Value>(_ node: ValueNode<Value>) -> LiveReceiver<Value> {
        let receiver = LiveReceiver<Value>(
            locked { nextID() }, of: node.name, keepsAll: node.isClose, skipsFirst: false,
            handler: nil)
        seat(receiver, at: node)
        return receiver
    }

    /// A place for a handler.
    func join<Value>(
        _ node: ValueNode<Value>, _ handler: LiveReceiver<Value>.Handler, skipsFirst: Bool
    ) throws -> LiveReceiver<Value> {
        let receiver = try locked {
            if isClosed { throw StoreError(.stopped) }
            if node.isOver { throw node.failure ?? StoreError(.stopped) }
            node.members += 1
            return LiveReceiver<Value>(
                nextID(), of: node.name, keepsAll: node.isClose, skipsFirst: skipsFirst,
                handler: handler)
        }
        seat(receiver, at: node)
        return receiver
    }

    /// Gives somebody a place: what is shown first is the result for the state of now.
    private func seat<Value>(_ receiver: LiveReceiver<Value>, at node: ValueNode<Value>) {
        while true {
            let isSeated = waking { woken in
                if seatNow(receiver, at: node, &woken) { return true }
                // From here on no commit is passed over.
                machine.arrivals += 1
                return false
            }
            if isSeated { return }
            // Behind the lock: whoever takes a state waits for writers.
            let state = try? store?.snapshot()
            let isWaiting = waking { woken in
                machine.arrivals -= 1
                if seatNow(receiver, at: node, &woken) { return true }
                guard let state else {
                    // The store has stopped; all are told of that.
                    node.add(receiver, self, &woken)
                    return true
                }
                // A run of a later state may have begun.
                if let query = machine[node.id], query.runs != nil || node.hasRun,
                    query.position > state.position
                {
                    return false
                }
                wait(receiver, at: node, state.position, state)
                return true
            }
            if isWaiting { return }
        }
    }

    /// Gives somebody a place, if it is known what is to be shown first; under the lock.
    private func seatNow<Value>(
        _ receiver: LiveReceiver<Value>, at node: ValueNode<Value>, _ woken: inout Woken
    ) -> Bool {
        if node.isOver {
            receiver.close(node.failure)
            tellEnd(receiver, of: node, for: .start)
            return true
        }
        let told = inbox.told
        if !node.hasRun || node.coalescing.isThrottled || isCurrent(node, through: told) {
            node.add(receiver, self, &woken)
            return true
        }
        if node.isClose {
            wait(receiver, at: node, told, nil)
            return true
        }
        return false
    }

    private func wait<Value>(
        _ receiver: LiveReceiver<Value>, at node: ValueNode<Value>, _ position: Position,
        _ state: Snapshot?
    ) {
        machine.arrivals += 1
        node.wait(ValueNode.Arrival(receiver: receiver, position: position, state: state))
        joining.insert(node.id)
        // Who runs, or is to be run, is seen to when that has ended.
        let query = machine[node.id]
        if query?.runs == nil && query?.stale == nil {
            joiningIdle.insert(node.id)
            work()
        }
    }

    func leave<Value>(_ receiver: LiveReceiver<Value>, _ node: ValueNode<Value>) {
        waking { woken in
            woken.append(receiver.takeWaiter())
            let isHandler = receiver.handler != nil
            receiver.cancel(&woken)
            node.leave(receiver, self, &woken)
            welcome(node, &woken)
            releaseSettled(&woken)
            if isHandler { release(node, &woken) }
        }
    }

    /// One of those who hold the query is gone.
    func release(_ node: any ResultNode) { waking { release(node, &$0) } }

    func release(_ node: any ResultNode, _ woken: inout Woken) {
        node.members -= 1
        if node.members == 0 { end(node, nil, &woken) }
    }

    /// Ends a query; under the lock.
    func end(_ node: any ResultNode, _ error: (any Error)?, _ woken: inout Woken) {
        if node.isOver { return }
        node.isOver = true
        woken.release(node)
        woken.cancel(node.timer)
        forget(node)
        woken.release((node.backlog, node.pending))
        node.backlog = Line()
        node.pending = KeptCommits()
        nodes[node.id] = nil
        joining.remove(node.id)
        joiningIdle.remove(node.id)
        if let digest = node.key?.digest {
            shared[digest]?.removeAll { $0 === node }
            if shared[digest]?.isEmpty == true { shared[digest] = nil }
        }
        woken.cancel(node.run)
        renewInterest()
        node.close(error, self, &woken)
        if node.isUnderWay { orphans[node.id] = node.name }
        node.lastPosition = machine[node.id]?.position ?? .start
        machine.remove(node.id)
        woken.release(machine.forgetRecent())
        releaseSettled(&woken)
    }

    /// Sees to it that the store tells of its commits.
    func attach(to store: Store) throws {
        if locked({ self.registration != nil }) { return }
        locked {
            self.store = store
            clock = store.clock
        }
        let registration = try store.attachNow(self)
        // What came before is in every snapshot that is taken from now on.
        let position = try store.snapshot().position
        locked {
            // Whoever comes second may see a commit that is still to be told of.
            if self.registration == nil { inbox.begin(after: position) }
            self.registration = registration
        }
    }

    func close() {
        waking { woken in
            isClosed = true
            woken.release((definitions, inbox.close()))
            definitions = [:]
            for node in nodes.values { end(node, nil, &woken) }
            woken.cancel(deadlines.end())
            releaseSettled(&woken)
        }
        locked { deadlines.watch }?.cancel()
    }
}
