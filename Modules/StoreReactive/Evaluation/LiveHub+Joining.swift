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
            let receiver = try waking { woken -> LiveReceiver<Value>? in
                if isClosed { throw StoreError(.stopped) }
                if let definition { try check(definition.0, definition.1) }
                // Another may have come, or this one may have gone, in between.
                if node.isOver || known == nil && key != nil && sharedCount != count { return nil }
                if known == nil {
                    nodes[node.id] = node
                    if let key { shared[key.digest, default: []].append(node) }
                    sharedCount += 1
                    stale.insert(node.id)
                    work()
                }
                node.members += 1
                return sequenceReceiver(of: node, &woken)
            }
            if let receiver { return (node, receiver) }
        }
    }

    func sequenceReceiver<Value>(
        of node: ValueNode<Value>, _ woken: inout Woken
    ) -> LiveReceiver<Value> {
        let receiver = LiveReceiver<Value>(
            nextID(), keepsAll: node.coalescing == .everyCommit, skipsFirst: false, handler: nil)
        node.join(receiver, self, &woken)
        return receiver
    }

    /// Another place for a sequence.
    func join<Value>(_ node: ValueNode<Value>) -> LiveReceiver<Value> {
        waking { sequenceReceiver(of: node, &$0) }
    }

    /// A place for a handler.
    func join<Value>(
        _ node: ValueNode<Value>, _ handler: LiveReceiver<Value>.Handler, skipsFirst: Bool
    ) throws -> LiveReceiver<Value> {
        try waking { woken in
            if isClosed { throw StoreError(.stopped) }
            if node.isOver { throw node.failure ?? StoreError(.stopped) }
            let receiver = LiveReceiver<Value>(
                nextID(), keepsAll: node.coalescing == .everyCommit, skipsFirst: skipsFirst,
                handler: handler)
            node.members += 1
            node.join(receiver, self, &woken)
            return receiver
        }
    }

    func leave<Value>(_ receiver: LiveReceiver<Value>, _ node: ValueNode<Value>) {
        waking { woken in
            woken.append(receiver.takeWaiter())
            let isHandler = receiver.handler != nil
            receiver.cancel(&woken)
            node.leave(receiver)
            if isHandler { release(node, &woken) }
        }
    }

    /// One of those who hold the query is gone.
    func release(_ node: LiveNode) { waking { release(node, &$0) } }

    func release(_ node: LiveNode, _ woken: inout Woken) {
        node.members -= 1
        if node.members == 0 { end(node, nil, &woken) }
    }

    /// Ends a query; under the lock.
    func end(_ node: LiveNode, _ error: (any Error)?, _ woken: inout Woken) {
        if node.isOver { return }
        node.isOver = true
        woken.release(node)
        woken.cancel(node.timer)
        forget(node)
        woken.release((node.backlog, node.pending))
        node.backlog = Backlog()
        node.pending = []
        nodes[node.id] = nil
        stale.remove(node.id)
        staleClosely.remove(node.id)
        joining.remove(node.id)
        if let digest = node.key?.digest {
            shared[digest]?.removeAll { $0 === node }
            if shared[digest]?.isEmpty == true { shared[digest] = nil }
        }
        woken.cancel(node.run)
        renewInterest()
        node.close(error, self, &woken)
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
            woken.release((definitions, inbox.close(), recent))
            definitions = [:]
            for node in nodes.values { end(node, nil, &woken) }
            recent = []
            stale = []
            releaseSettled(&woken)
        }
    }
}
