public import StoreCore

/// How a live query is doing.
public struct LiveQueryStatus: Sendable {
    /// The query's name; the bucket's for a query value, and `query` for one that has none.
    public let name: String
    /// Its parameters, for people to read; empty without any.
    public let parameters: String
    /// How often it is run.
    public let coalescing: Coalescing
    /// How many handlers and sequences watch it.
    public let subscribers: Int
    /// How often it has been run.
    public let runs: Int
    /// How often a change of what it had read has made it run.
    public let wakeUps: Int
    /// How many of the runs after the first had another result than the one before.
    public let changes: Int
    /// How many of its runs have failed.
    public let failures: Int
    /// How long its last run has taken, on the store's clock.
    public let lastCost: Duration
    /// The position at which it was run last.
    public let position: Position
    /// What has woken it last; nil if nothing has.
    public let lastWake: WakeReason?

    /// The share of runs after the first that have changed the result: 1 where none was in vain.
    public var precision: Double {
        runs > 1 ? Double(changes) / Double(runs - 1) : 1
    }
}

/// What has made a live query run again.
public struct WakeReason: Sendable, CustomStringConvertible {
    /// The commit that has changed what the query had read.
    public let position: Position
    /// The change, and which of what the query had read it has met; nil where something else has woken it.
    public let meeting: ReadSet.Meeting?
    private let text: String

    init(_ position: Position, _ meeting: ReadSet.Meeting) {
        self.position = position
        self.meeting = meeting
        text = ""
    }

    init(_ position: Position, _ text: String) {
        self.position = position
        meeting = nil
        self.text = text
    }

    /// What happened and what was read of it, for people.
    public var description: String { meeting.map { "\($0)" } ?? text }
}

/// What a node counts.
struct LiveFigures {
    var runs = 0
    var wakeUps = 0
    var changes = 0
    var failures = 0
    var lastCost = Duration.zero
    var lastWake: WakeReason?
}
