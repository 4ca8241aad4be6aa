@testable import StoreCore
@testable import StoreReactive

/// The state after each commit.
final class StateKeeper: CommitObserver, @unchecked Sendable {
    private let lock = Guarded<[Position: Snapshot]>([:])
    private weak let store: Store?

    init(_ store: Store) { self.store = store }

    func didCommit(_ commit: Commit) {
        guard let snapshot = try? store?.snapshot() else { return }
        keep(snapshot)
    }

    func keep(_ snapshot: Snapshot) { lock.withLock { $0[snapshot.position] = snapshot } }

    /// The state at a position, read at an instant.
    func state(_ position: Position, at instant: Timestamp) -> Snapshot? {
        lock.withLock { $0[position] }.map {
            Snapshot($0.state, $0.catalog, $0.state.pins.again($0.pin), instant)
        }
    }

    /// The states through a position, in order.
    func states(through position: Position) -> [Snapshot] {
        lock.withLock { $0.values.filter { $0.position <= position } }
            .sorted { $0.position < $1.position }
    }

    /// Lets go of what came before a position.
    func forget(before position: Position) {
        lock.withLock { $0 = $0.filter { $0.key >= position } }
    }
}

/// How much there was to look at.
struct Tally: Sendable {
    var shapes = 0
    var deliveries = 0
    var errors = 0
    var runs = 0
    var loads = 0

    static func += (one: inout Tally, other: Tally) {
        one.shapes += other.shapes
        one.deliveries += other.deliveries
        one.errors += other.errors
        one.runs += other.runs
        one.loads += other.loads
    }
}

/// One program on a store of its own.
final class ProgramRun {
    private let program: Program
    private let stage: Stage
    private let keeper: StateKeeper
    private var watches: [Watch] = []
    /// How many deliveries of each have been looked at.
    private var seen: [Int] = []
    private(set) var faults: [String] = []
    private(set) var tally = Tally()

    private var store: Store { stage.store }

    init(_ program: Program) async throws {
        self.program = program
        stage = try await Stage(program.setting)
        try await stage.take(.insertMany(program.first))
        keeper = StateKeeper(stage.store)
        _ = try await stage.store.attach(keeper)
        keeper.keep(try stage.store.snapshot())
    }

    func run() async throws {
        try await ask()
        for (number, step) in program.steps.enumerated() where faults.isEmpty {
            try await stage.take(step)
            if case .settle = step { try await compare("step \(number)") }
        }
        try await finish()
    }

    /// Takes the steps by so many at once.
    func run(writers: Int) async throws {
        try await ask()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                let steps = program.steps.enumerated().filter { $0.offset % writers == writer }
                group.addTask { [stage] in
                    for (_, step) in steps { try await stage.take(step) }
                }
            }
            try await group.waitForAll()
        }
        try await finish()
    }

    private func finish() async throws {
        try await compare("the end")
        try await drop()
        tally.shapes = watches.count
        for watch in watches {
            tally.deliveries += watch.deliveries.values.count
            tally.errors += watch.errors.values.count
            tally.runs += watch.runs
            tally.loads += watch.loads
        }
        await store.stop()
    }

    private func ask() async throws {
        let items = try store.bucket("items")
        for shape in program.shapes {
            do { watches.append(try await Watch.make(shape, items)) } catch {
                // What is wrong from the first run on is wrong from scratch too.
                let query = shape.query(items)
                if (try? query.all()) != nil, (try? query.sum("big")) != nil {
                    faults.append("\(shape): \(error)")
                }
            }
        }
        seen = watches.map { _ in 0 }
    }

    // MARK: Comparing

    private func compare(_ place: String) async throws {
        let position = store.position
        try await store.settle()
        for (number, watch) in watches.enumerated() {
            let deliveries = watch.deliveries.values
            for index in seen[number]..<deliveries.count {
                check(
                    deliveries[index], after: index > 0 ? deliveries[index - 1] : nil, of: watch,
                    place)
            }
            seen[number] = deliveries.count
            checkLatest(of: watch, deliveries.last, through: position, place)
            // What a sweeper does may still be under way.
            if program.setting.lifetime != nil { continue }
            if watch.shape.coalescing == .everyCommit {
                checkAll(deliveries, of: watch, through: position, place)
            }
            if let latest = watch.latest, !latest.hasFailed {
                faults += watch.violations().map { "\(place), \(watch.shape): \($0)" }
            }
        }
        let oldest = watches.compactMap { $0.latest?.position }.min() ?? position
        keeper.forget(before: min(oldest, position))
    }

    private func check(
        _ delivery: Watch.Delivery, after last: Watch.Delivery?, of watch: Watch, _ place: String
    ) {
        let what = "\(place), \(watch.shape), at \(delivery.position)"
        if let fault = delivery.fault { faults.append("\(what): the delta \(fault)") }
        if let last {
            if delivery.position < last.position { faults.append("\(what): goes back") }
            // Who is slow may not have been shown what was there in between.
            if watch.shape.coalescing == .everyCommit, watch.errors.values.isEmpty,
                last.value.map(\.equated) == delivery.value.map(\.equated)
            {
                faults.append("\(what): is the same")
            }
        }
        guard let state = keeper.state(delivery.position, at: delivery.instant) else {
            return faults.append("\(what): there was no such state")
        }
        compare(delivery.value, try? watch.expected(state), what)
    }

    /// The last state is always shown.
    private func checkLatest(
        of watch: Watch, _ delivery: Watch.Delivery?, through position: Position, _ place: String
    ) {
        let what = "\(place), \(watch.shape), last"
        guard let latest = watch.latest else { return faults.append("\(what): there is none") }
        let expected = keeper.state(max(latest.position, position), at: latest.instant).map {
            try? watch.expected($0)
        }
        guard let expected else { return faults.append("\(what): there was no such state") }
        if latest.hasFailed {
            if expected != nil { faults.append("\(what): has failed without need") }
            return
        }
        compare(latest.value, expected, what)
        if delivery?.value.map(\.equated) != latest.value.map(\.equated) {
            faults.append("\(what): has not been delivered")
        }
    }

    /// Each commit that changes the result by itself is shown by itself.
    private func checkAll(
        _ deliveries: [Watch.Delivery], of watch: Watch, through position: Position, _ place: String
    ) {
        guard watch.errors.values.isEmpty else { return }
        let states = keeper.states(through: position)
        for (before, after) in zip(states, states.dropFirst()) {
            guard let old = keeper.state(before.position, at: after.instant),
                let one = try? watch.expected(old), let other = try? watch.expected(after)
            else { continue }
            let value = other.map(\.equated)
            // At one position there may be several: a deadline passes without a commit.
            let there = deliveries.filter { $0.position == after.position }
            let shown = there.isEmpty ? deliveries.last { $0.position < after.position } : nil
            if one.map(\.equated) != value,
                !(there + [shown].compactMap { $0 }).contains(where: {
                    $0.value.map(\.equated) == value
                })
            {
                faults.append("\(place), \(watch.shape): \(after.position) is left out")
            }
        }
    }

    private func compare(_ value: [Shown], _ expected: [Shown]?, _ what: String) {
        guard let expected else { return faults.append("\(what): should have failed") }
        if value == expected { return }
        let place = zip(value, expected).prefix { $0 == $1 }.count
        faults.append(
            "\(what): \(value.count) for \(expected.count), and at \(place) "
                + "\(value.dropFirst(place).first?.text ?? "nothing") for "
                + "\(expected.dropFirst(place).first?.text ?? "nothing")")
    }

    private func drop() async throws {
        try await store.dropBucket("items")
        try await store.settle()
        for watch in watches where watch.errors.values.last?.contains("items") != true {
            faults.append("\(watch.shape): has not ended, but \(watch.errors.values)")
        }
    }
}
