import StoreCore
import StoreReactive
import StoreTesting
import Testing

/// Runs a marble diagram, and expects what it says is shown; says how often the query was run for those who stay.
///
/// A tick is a second. Handlers are busy with each result for so many ticks.
@discardableResult
func marbles(
    _ coalescing: Coalescing, handlersTake ticks: Int = 0, _ diagram: String,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> Int {
    let diagram = MarbleDiagram(diagram)
    let run = try await MarbleRun(coalescing, ticks, diagram)
    for tick in diagram.writes.indices where !Task.isCancelled { try await run.tick(tick) }
    let runs = run.runs
    await run.end()
    for (watcher, line) in zip(run.watchers, diagram.watchers) {
        let length = diagram.writes.count
        let shown = MarbleDiagram.text(of: watcher.record.shown, ticks: length)
        let expected = MarbleDiagram.text(of: line.shows, ticks: length)
        #expect(shown == expected, sourceLocation: sourceLocation)
    }
    return runs
}

/// A query of one record's letter, and those who watch it.
private final class MarbleRun {
    struct Broken: Error {}

    struct Watcher {
        let record = MarbleWatcher()
        var live: Live<String>?
        var subscription: Subscription?
    }

    private let clock = ManualClock()
    private let store: Store
    private let letters: DynamicBucket
    private let query: QueryDefinition<NoParameters, String>
    private let coalescing: Coalescing
    private let duration: Int
    private let diagram: MarbleDiagram
    private var writes: Int64 = 0
    private var isHeld = false
    private(set) var watchers: [Watcher]

    init(_ coalescing: Coalescing, _ duration: Int, _ diagram: MarbleDiagram) async throws {
        store = try await Store.start("marbles", .clock(clock))
        let letters = try await store.defineBucket(
            "letters", key: "id", schema: ["id": .integer, "letter": .string, "write": .integer])
        query = try store.define("letter") { ctx in
            let letter = try ctx[letters].get(1)?["letter"].string ?? "0"
            if letter == "x" { throw Broken() }
            return letter.uppercased()
        }
        self.letters = letters
        self.coalescing = coalescing
        self.duration = duration
        self.diagram = diagram
        watchers = diagram.watchers.map { _ in Watcher() }
    }

    var runs: Int { watchers.lazy.compactMap { $0.live?.status?.runs }.first ?? 0 }

    // MARK: A tick

    func tick(_ tick: Int) async throws {
        for watcher in watchers { watcher.record.beginTick() }
        hold()
        if tick > 0 { clock.advance(by: .seconds(1)) }
        let writes = diagram.writes.at(tick)
        for marble in writes {
            try await write(marble)
            // Of a burst there is a result of each, before a handler takes one of them.
            if writes.count > 1, isHeld { try await isCurrent() }
        }
        for index in watchers.indices {
            for marble in diagram.watchers[index].does.at(tick) {
                try await act(marble, &watchers[index])
            }
        }
        release()
        // Timers alone bring what is due: nothing else is asked of the store before.
        for (watcher, line) in zip(watchers, diagram.watchers) {
            await watcher.record.has(line.shows.at(tick).count)
        }
        if !Task.isCancelled { try await isQuiet() }
    }

    private func write(_ marble: Character) async throws {
        switch marble {
        case "=":
            release()
            try await store.settle()
        case "|":
            release()
            await store.stop()
        default:
            // Each write is another one, also of the same letter.
            writes += 1
            try await letters.upsert([
                "id": 1, "letter": .string(String(marble)), "write": .integer(writes),
            ])
        }
    }

    private func act(_ marble: Character, _ watcher: inout Watcher) async throws {
        if marble == "!" {
            watcher.subscription?.cancel()
            return watcher.live = nil
        }
        let (record, clock, duration) = (watcher.record, clock, duration)
        let live = store.live(query, coalescing: coalescing)
        do {
            watcher.subscription = try await live.subscribe(onError: { _ in record.add("#") }) {
                @MarbleActor update in
                let end = clock.now + .seconds(duration)
                record.add(Character(update.value), for: duration)
                if duration > 0 { try await clock.sleep(until: end, tolerance: nil) }
            }
            watcher.live = live
        } catch is Broken {
            record.add("#")
        }
    }

    private func hold() {
        MarbleActor.hold()
        isHeld = true
    }

    private func release() {
        if isHeld { MarbleActor.release() }
        isHeld = false
    }

    // MARK: Waiting

    /// Waits until the query has been run on what has been written, where it is run as soon as it can be.
    private func isCurrent() async throws {
        // Who comes to such a query is shown what was committed before.
        for watcher in watchers where coalescing == .latest {
            var updates = watcher.live?.makeAsyncIterator()
            _ = try await updates?.next()
        }
    }

    /// Waits until nothing is left to do but what waits for its time: throttled queries go on waiting.
    private func isQuiet() async throws {
        if store.isStopped { return }
        if watchers.contains(where: \.record.isBusy) { return try await isCurrent() }
        // A new query begins its first run after the store has looked at all commits so far, and has begun to run
        // those whose time has come.
        var updates = store.live { [letters] ctx in try ctx[letters].count() }.makeAsyncIterator()
        _ = try await updates.next()
        let statuses = watchers.compactMap { $0.live?.status }
        let waiting = statuses.compactMap { status -> Position? in
            guard case let wake? = status.lastWake, wake.position > status.position else {
                return nil
            }
            return wake.position
        }
        // What a throttled query waits with is left out; runs under way, and handlers, follow from what was before.
        let through = waiting.min().map { Position($0.value - 1) } ?? Position(.max)
        try await store.component(named: "reactive")?.drain(through: through)
        // Whoever did this work looks for more before it ends. It would find what is due next, without a timer: a
        // timer that is missing is seen only after that.
        if !waiting.isEmpty { for _ in 0..<100 { await Task.yield() } }
    }

    /// Ends it all; what is shown from here on counts in the last tick.
    func end() async {
        for watcher in watchers { watcher.subscription?.cancel() }
        clock.advance(by: .seconds(1_000))
        for watcher in watchers { await watcher.subscription?.cancelAndWait() }
        await store.stop()
    }
}
