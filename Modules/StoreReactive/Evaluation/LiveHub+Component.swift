import StoreCore

extension LiveHub: StoreComponent {
    var name: String { LiveHub.componentName }

    /// It begins with its first use.
    func start(on store: Store) async throws {}

    func stop() async {
        let registration = locked { self.registration }
        registration?.cancel()
        close()
        await isDone(through: Position(.max))
    }

    /// Waits until no query is stale or runs, and no handler is busy; what is throttled is run at once.
    ///
    /// A handler leaves itself out, and so does a query that calls this.
    func drain(through position: Position) async throws {
        if let run = LiveHub.query, locked({ running.values.contains { $0.run === run } }) {
            return
        }
        await isDone(through: position)
    }

    /// Degraded while the last run of a query has failed.
    var health: ComponentHealth {
        let failing = locked { nodes.values.filter(\.isFailing).map(\.name) }
        if failing.isEmpty { return .healthy }
        let names = Set(failing).sorted().joined(separator: ", ")
        return .degraded(
            "\(failing.count) live queries have failed in their last run: \(names); their errors are elements of theirs"
        )
    }

    var statistics: Fields {
        locked {
            [
                "queries": .integer(Int64(nodes.count)),
                "waiting": .integer(Int64(inbox.count)),
                "running": .integer(Int64(running.count)),
            ]
        }
    }
}

extension Commit {
    /// The names of buckets that the commit has defined, or defined anew.
    var definedNames: [String] {
        // Definitions come first.
        var names: [String] = []
        for change in changes {
            switch change {
            case .bucketDefined(let definition), .bucketUpdated(let definition):
                names.append(definition.name)
            case .bucketDropped, .autoincrement: break
            case .record: return names
            }
        }
        return names
    }
}
