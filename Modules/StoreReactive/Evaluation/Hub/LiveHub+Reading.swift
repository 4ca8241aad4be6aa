import StoreCore

extension LiveHub {
    /// Notes what a query has read; under the lock.
    func note(_ node: any ResultNode, _ reads: ReadSet, _ absent: Set<String>) {
        let kept = Set(reads.buckets)
        deadlines.remove(node.id, node.reads.buckets.filter { !kept.contains($0) })
        withdraw(node)
        node.reads = reads
        node.absent = absent
        inbox.watch(reads, absent, closely: node.isClose)
        index.insert(reads, as: node.id, needsOldImages: node.isMaintained)
        for name in absent { self.absent[name, default: []].insert(node.id) }
        renewInterest()
    }

    func forget(_ node: any ResultNode) {
        deadlines.remove(node.id, node.reads.buckets)
        withdraw(node)
    }

    private func withdraw(_ node: any ResultNode) {
        inbox.unwatch(node.reads, node.absent, closely: node.isClose)
        index.remove(node.id)
        for name in node.absent {
            absent[name]?.remove(node.id)
            if absent[name]?.isEmpty == true { absent[name] = nil }
        }
        node.reads = ReadSet()
        node.absent = []
    }

    /// Has the store keep the old images of what is read; until it does, changes count as meeting every range.
    func renewInterest() {
        var interest = index.interest
        interest.buckets = nil
        if interest == inbox.interest { return }
        inbox.interest = interest
        registration?.interestHasChanged()
    }

    // MARK: Those who have come

    /// Whether a query's result is that of the state after the commits through `position`; under the lock.
    func isCurrent(_ node: LiveNode, through position: Position) -> Bool {
        machine.isCurrent(node.id, through: position, firstUnjudged: inbox.first)
    }

    /// Shows results to those who have come; under the lock.
    func welcome(_ node: any ResultNode, _ woken: inout Woken) {
        guard joining.contains(node.id) else { return }
        node.welcome(self, &woken)
        if !node.hasArrivals {
            joining.remove(node.id)
            joiningIdle.remove(node.id)
            woken.release(machine.forgetRecent())
        } else if machine[node.id]?.runs == nil, machine[node.id]?.stale == nil {
            joiningIdle.insert(node.id)
        }
    }

    /// The same where no run has to be waited for.
    func welcomeIdle(_ woken: inout Woken) {
        for id in joiningIdle {
            guard let node = nodes[id] else { continue }
            welcome(node, &woken)
            // Who is to be run after all is seen to when that has ended.
            if machine[id]?.runs != nil || machine[id]?.stale != nil { joiningIdle.remove(id) }
        }
    }
}
