import StoreCore

extension LiveHub: StoreComponent {
    /// No commit comes after this.
    static let end = Position(.max)

    var name: String { LiveHub.componentName }

    /// It begins with its first use.
    func start(on store: Store) async throws {}

    func stop() async {
        let registration = locked { self.registration }
        registration?.cancel()
        close()
        try? await isDone(through: LiveHub.end)
    }

    /// Waits until no query is stale or runs for the sake of a commit through `position`, and no handler is busy for
    /// one; what is throttled is run at once, and what has expired is gone.
    ///
    /// A handler leaves itself out, and so does a query that calls this.
    ///
    /// - Throws: `CancellationError`.
    func drain(through position: Position) async throws {
        if let run = LiveHub.query, locked({ isUnderWay(run) }) { return }
        lookAtDeadlines()
        try await isDone(through: position)
    }

    private func isUnderWay(_ run: QueryRun) -> Bool {
        machine.running.contains { nodes[$0]?.run === run }
    }

    /// Those for whom somebody waits now; all who are busy, if nobody waits.
    var awaited: [String] {
        locked {
            let position =
                [settlers.greatest, settlingHandlers.greatest].compactMap { $0 }.max()
                ?? LiveHub.end
            let bodies = machine.running.filter {
                machine[$0]?.runs.map { $0.first <= position } ?? false
            }
            let names =
                (bodies.compactMap { nodes[$0]?.name } + orphans.values).map {
                    "the body of query “\($0)”"
                }
                + busy.values.filter { $0.owes(through: position) }.map {
                    "a handler of query “\($0.query)”"
                }
            return Set(names).sorted()
        }
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
                "running": .integer(Int64(machine.running.count)),
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
