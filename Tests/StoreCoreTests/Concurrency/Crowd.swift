import Dispatch
import Foundation
import StoreCore
import StoreTesting
import Synchronization
import Testing

/// Threads of their own that read for as long as somebody writes.
///
/// Not tasks, and not dispatched either: the pool that runs the writers has as many threads as the machine has cores,
/// and who reads all the time would keep them from it for ever.
enum Crowd {
    /// Runs `body` again and again on `count` threads until `writers` has returned; it gets the
    /// thread's number and random numbers of its own.
    static func watching(
        _ count: Int, rounds: Int = 20,
        _ body: @escaping @Sendable (Int, inout SeededRandom) throws -> Void,
        while writers: () async throws -> Void
    ) async throws {
        let isOver = Flag()
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread.detachNewThread {
                var random = SeededRandom(UInt64(number + 1) << 32)
                var round = 0
                while round < rounds || !isOver.isSet {
                    do { try body(number, &random) } catch { isOver.fail(error) }
                    round += 1
                }
                group.leave()
            }
        }
        do { try await writers() } catch { isOver.fail(error) }
        isOver.set()
        await withCheckedContinuation { continuation in
            group.notify(queue: .global()) { continuation.resume() }
        }
        if let error = isOver.failure { throw error }
    }

    /// Runs `body` in `count` tasks at once, each `rounds` times.
    static func writing(
        _ count: Int, rounds: Int,
        _ body: @escaping @Sendable (Int, Int, inout SeededRandom) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    var random = SeededRandom(UInt64(number + 1_001) << 32)
                    for round in 0..<rounds { try await body(number, round, &random) }
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Something that several tasks change.
///
/// Not `Mutex`: ThreadSanitizer does not see that it synchronises on Linux, but sees this.
final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    @discardableResult
    func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

/// Something that happens once, and the first failure.
final class Flag: Sendable {
    private let state = Guarded<(isSet: Bool, failure: (any Error)?)>((false, nil))

    func set() { state.withLock { $0.isSet = true } }
    var isSet: Bool { state.withLock { $0.isSet } }
    var failure: (any Error)? { state.withLock { $0.failure } }

    func fail(_ error: any Error) {
        state.withLock {
            $0.isSet = true
            if $0.failure == nil { $0.failure = error }
        }
    }
}

/// A few places where threads leave snapshots for one another, so that anyone may drop the last reference.
final class SnapshotShelf: Sendable {
    private let places: Guarded<[Snapshot?]>

    init(places count: Int) { places = Guarded(Array(repeating: nil, count: count)) }

    /// Puts a snapshot in a place, and takes what was there.
    func exchange(_ place: Int, _ snapshot: Snapshot?) -> Snapshot? {
        places.withLock { places in
            let old = places[place]
            places[place] = snapshot
            return old
        }
    }

    /// What lies in a place.
    func look(_ place: Int) -> Snapshot? { places.withLock { $0[place] } }
}

/// A clock that several threads may read while one moves it; nobody sleeps on it.
final class ShiftingClock: StoreClock {
    private let microseconds = Atomic<Int64>(1_767_225_600_000_000)

    var now: Timestamp {
        Timestamp(microseconds: microseconds.load(ordering: .sequentiallyConsistent))
    }
    var minimumResolution: Duration { .microseconds(1) }

    func advance(by step: Int64) { microseconds.add(step, ordering: .sequentiallyConsistent) }

    func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        preconditionFailure("nobody sleeps in these tests")
    }
}

/// An observer that keeps every commit's position.
final class PositionObserver: CommitObserver {
    private let heard = Guarded<[Position]>([])

    func didCommit(_ commit: Commit) { heard.withLock { $0.append(commit.position) } }
    var positions: [Position] { heard.withLock { $0 } }
}
