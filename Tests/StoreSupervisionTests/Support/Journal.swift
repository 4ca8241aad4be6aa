import StoreTesting

@testable import StoreSupervision

/// Lines that several tasks write.
final class Journal: @unchecked Sendable {
    private let lock = Lock()
    private var all: [String] = []

    var lines: [String] { lock.withLock { all } }

    func note(_ line: String) { lock.withLock { all.append(line) } }
}

/// A supervisor's events as lines, read one after another.
struct EventReader {
    private var iterator: AsyncStream<SupervisorEvent>.Iterator

    init(_ supervisor: Supervisor) { iterator = supervisor.events().makeAsyncIterator() }

    /// The lines up to one, or up to the end.
    mutating func lines(through last: String? = nil) async -> [String] {
        var lines: [String] = []
        while let event = await iterator.next(isolation: #isolation) {
            lines.append(event.description)
            if lines.last == last { break }
        }
        return lines
    }
}

/// Returns when something is so; what a supervisor tells and forgets may be done by another thread a little later.
func eventually(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

/// Three children, `a`, `b` and `c`, that run until they are told to end.
struct Trio {
    let probes: [String: Probe]
    let supervisor: Supervisor

    init(
        _ strategy: Supervisor.Strategy = .oneForOne, limit: RestartLimit = .standard,
        backoff: Backoff = .none, clock: ManualClock = ManualClock(), hanging: String = ""
    ) {
        let probes = ["a", "b", "c"].map { ($0, Probe(hangs: $0 == hanging)) }
        self.probes = Dictionary(uniqueKeysWithValues: probes)
        supervisor = Supervisor(
            strategy, limit: limit, backoff: backoff, clock: clock,
            children: probes.map { id, probe in probe.child(id) })
    }

    func probe(_ id: String) -> Probe { probes[id, default: Probe()] }
}
