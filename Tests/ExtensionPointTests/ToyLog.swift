import StoreCore
import Synchronization

// Durability as a stranger's module: one type that is the gate, the history, the loader and a component.

extension StoreOption {
    /// Keeps every commit on this disk, and begins with what is there.
    static func toyLog(_ disk: ToyDisk) -> StoreOption {
        StoreOption { store in
            let log = ToyLog(disk)
            store.history = log
            store.loader = log
            store.add(log as any CommitGate)
            store.add(log as any StoreComponent)
        }
    }
}

/// There is no room for a commit.
struct ToyDiskFull: Error, Equatable {
    let bytesFree: Int
}

final class ToyLog: CommitGate, CommitHistory, StateLoader, StoreComponent {
    private struct State {
        weak var store: Store?
        var reserved: [Position: Int] = [:]
        /// The commits of this process.
        var commits: [Commit] = []
        /// How many of them have been written.
        var written = 0
        var restored = Position.start
        var hasFailed = false
    }

    let name = "toy-log"
    private let disk: ToyDisk
    private let state = Mutex(State())

    init(_ disk: ToyDisk) { self.disk = disk }

    // MARK: The component

    func start(on store: Store) async throws { state.withLock { $0.store = store } }
    func drain(through position: Position) async throws { try await waitUntilDurable(position) }

    func stop() async {
        if state.withLock({ $0.written == $0.commits.count }) { disk.close() }
    }

    var health: ComponentHealth {
        state.withLock { $0.hasFailed }
            ? .failed("the disk has failed; reopen the store") : .healthy
    }

    // MARK: The gate

    func admit(_ proposal: Commit) throws {
        let size = ToyRecord.size(of: proposal)
        try state.withLock { state in
            let free = disk.bytesMax - disk.bytes - state.reserved.values.reduce(0, +)
            guard size <= free else { throw ToyDiskFull(bytesFree: free) }
            state.reserved[proposal.position] = size
        }
    }

    func didRefuse(_ proposal: Commit) {
        state.withLock { _ = $0.reserved.removeValue(forKey: proposal.position) }
    }

    // MARK: The history

    var isAwaited: Bool { true }

    func append(_ commit: Commit) { state.withLock { $0.commits.append(commit) } }

    func commits(after position: Position, limit: Int) async throws -> [Commit] {
        try state.withLock { state in
            guard position >= state.restored else {
                throw StoreError(.positionUnavailable(position))
            }
            return Array(state.commits.drop { $0.position <= position }.prefix(limit))
        }
    }

    var durablePosition: Position {
        state.withLock { $0.written == 0 ? $0.restored : $0.commits[$0.written - 1].position }
    }

    func waitUntilDurable(_ position: Position) async throws {
        let (isDurable, store) = state.withLock { state in
            (flush(&state, through: position), state.store)
        }
        guard !isDurable else { return }
        await store?.poison()
        throw StoreError(.outcomeUnknown(position))
    }

    /// Writes what has not been written yet, in one go for all who wait.
    private func flush(_ state: inout State, through position: Position) -> Bool {
        let isThere = { (state: State) in
            position
                <= (state.written == 0 ? state.restored : state.commits[state.written - 1].position)
        }
        if isThere(state) { return true }
        if state.hasFailed { return false }
        let unwritten = state.commits[state.written...]
        do { try disk.write(unwritten.map(ToyRecord.init)) } catch {
            state.hasFailed = true
            return false
        }
        state.written = state.commits.count
        for commit in unwritten { state.reserved[commit.position] = nil }
        return isThere(state)
    }

    // MARK: The loader

    func load(into restoration: StateRestoration) async throws {
        let replay = try ToyReplay(disk)
        for bucket in replay.buckets.values {
            restoration.addBucket(
                bucket.definition, records: bucket.records.values.map(\.restored),
                autoincrement: bucket.autoincrement, rowsThrough: bucket.rowsThrough)
        }
        restoration.setGenerations(through: replay.generations)
        restoration.setPosition(replay.position, timestamp: replay.timestamp)
        restoration.setIdentity(disk.open(at: replay.position))
        state.withLock { $0.restored = replay.position }
    }
}
