import StoreCore
import StoreTesting
import Synchronization
import Testing

@Suite struct `Observers` {
    @Test func `attaching is atomic: the first commit told of follows the snapshot`() async throws {
        let depot = try await Depot()
        let items = depot.items
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<100 {
                        try await items.insert(Depot.record("\(writer)-\(number)"))
                    }
                }
            }
            for _ in 0..<20 {
                group.addTask {
                    let observer = RecordingObserver(.all)
                    let (registration, snapshot) = try await depot.store.attach(observer)
                    for _ in 0..<50 { await Task.yield() }
                    registration.cancel()
                    let positions = observer.commits.map(\.position)
                    let expected = positions.indices.map {
                        Position(snapshot.position.value + 1 + UInt64($0))
                    }
                    #expect(positions == expected)
                    #expect(
                        try snapshot.bucket("items").count() == Int(snapshot.position.value) - 1)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `every observer sees every commit once, in order`() async throws {
        let depot = try await Depot()
        let observers = [RecordingObserver(), RecordingObserver()]
        for observer in observers { _ = try await depot.store.attach(observer) }
        await withThrowingTaskGroup { group in
            for number in 0..<200 {
                group.addTask { _ = try await depot.items.insert(Depot.record("k\(number)")) }
            }
        }
        for observer in observers {
            #expect(observer.commits.map(\.position) == (2...201).map { Position($0) })
        }
    }

    @Test func `an observer of some buckets is told of those alone`() async throws {
        let depot = try await Depot()
        let shelf = try await depot.shelf()
        let observer = RecordingObserver(CommitInterest(buckets: ["shelf", "later"]))
        _ = try await depot.store.attach(observer)
        try await depot.items.insert(Depot.record("a"))
        try await shelf.insert(["id": "s"])
        _ = try await depot.shelf("other")
        _ = try await depot.shelf("later")
        try await depot.store.dropBucket("shelf")
        #expect(observer.commits.map(\.position) == [Position(4), Position(6), Position(7)])
    }

    @Test func `an observer of some fields is not told of updates to others`() async throws {
        let depot = try await Depot.filled("a")
        let observer = RecordingObserver(CommitInterest(fields: ["rank"]))
        _ = try await depot.store.attach(observer)
        try await depot.items.update("a", ["role": "boss"])
        try await depot.items.update("a", ["rank": 0])
        #expect(observer.commits.isEmpty)
        try await depot.items.update("a", ["rank": 1])
        try await depot.items.insert(Depot.record("b"))
        try await depot.items.delete("b")
        #expect(observer.changes.map(\.kind) == [.updated, .inserted, .deleted])
    }

    @Test func `fields that are asked for later ask for old images too`() async throws {
        let depot = try await Depot.filled("a")
        var interest = CommitInterest(buckets: ["items"])
        interest.fields = ["rank"]
        let observer = RecordingObserver(interest)
        _ = try await depot.store.attach(observer)
        try await depot.items.update("a", ["role": "boss"])
        try await depot.items.update("a", ["rank": 1])
        #expect(observer.changes.map { $0.old?["rank"] } == [0])
    }

    @Test func `buckets are told apart byte by byte`() async throws {
        let depot = try await Depot()
        let observer = RecordingObserver(
            CommitInterest(buckets: ["caf\u{E9}"], needsOldImages: true))
        let all = RecordingObserver(.all)
        _ = try await depot.store.attach(observer)
        _ = try await depot.store.attach(all)
        for name in ["caf\u{E9}", "cafe\u{301}"] {
            let shelf = try await depot.shelf(name)
            try await shelf.insert(["id": "s"])
            try await shelf.delete("s")
        }
        #expect(observer.commits.map(\.position) == [Position(2), Position(3), Position(4)])
        #expect(all.changes.map(\.hasOldImage) == [true, true, true, false])
    }

    @Test func `old images are not kept unless somebody asks`() async throws {
        let depot = try await Depot.filled("ab")
        let observer = RecordingObserver(.all)
        _ = try await depot.store.attach(observer)
        try await depot.items.insert(Depot.record("c"))
        try await depot.items.update("a", ["rank": 1])
        try await depot.items.delete("b")
        #expect(observer.changes.map(\.hasOldImage) == [true, false, false])
        #expect(observer.changes.allSatisfy { $0.old == nil })
        #expect(observer.changes.map(\.key) == ["c", "a", "b"])
    }

    @Test func `one observer's wish for old images lasts as long as its registration`() async throws
    {
        let depot = try await Depot.filled("a")
        let plain = RecordingObserver(.all)
        _ = try await depot.store.attach(plain)
        let (registration, _) = try await depot.store.attach(
            RecordingObserver(CommitInterest(buckets: ["items"], needsOldImages: true)))
        try await depot.items.update("a", ["rank": 1])
        registration.cancel()
        try await depot.items.update("a", ["rank": 2])
        #expect(plain.changes.map(\.hasOldImage) == [true, false])
    }

    @Test func `old images are kept for the buckets asked for, those to come included`()
        async throws
    {
        let depot = try await Depot.filled("a")
        let observer = RecordingObserver(CommitInterest(buckets: ["shelf"], needsOldImages: true))
        let all = RecordingObserver(.all)
        _ = try await depot.store.attach(observer)
        _ = try await depot.store.attach(all)
        let shelf = try await depot.shelf()
        try await shelf.insert(["id": "s"])
        try await shelf.delete("s")
        try await depot.items.delete("a")
        #expect(all.changes.map(\.hasOldImage) == [true, true, false])
    }

    @Test func `a store can be told to keep old images from the start`() async throws {
        let depot = try await Depot.filled("a", [.oldImages])
        try await depot.items.delete("a")
        let last = try await depot.store.history.commits(after: Position(2), limit: 1)
        #expect(last.first?.records.map { $0.old?["name"] } == ["item a"])
    }

    @Test func `an observer may read, and sees exactly its commit`() async throws {
        let depot = try await Depot()
        let seen = Mutex<[(UInt64, Int, UInt64)]>([])
        let observer = ClosureObserver { commit in
            let count = (try? depot.items.count()) ?? -1
            seen.withLock {
                $0.append((commit.position.value, count, depot.store.position.value))
            }
        }
        _ = try await depot.store.attach(observer)
        await withThrowingTaskGroup { group in
            for number in 0..<50 {
                group.addTask { _ = try await depot.items.insert(Depot.record("k\(number)")) }
            }
        }
        for (index, (position, count, current)) in seen.withLock({ $0 }).enumerated() {
            #expect(position == UInt64(index + 2))
            #expect(count == index + 1)
            #expect(current == position)
        }
        await depot.store.stop()
    }

    @Test func `every observer is told once that the store has stopped, after the last commit`()
        async throws
    {
        let depot = try await Depot()
        let told = [EndObserver(), EndObserver()]
        for observer in told { _ = try await depot.store.attach(observer) }
        let cancelled = EndObserver()
        try await depot.store.attach(cancelled).registration.cancel()
        try await depot.items.insert(Depot.record("a"))
        await depot.store.stop()
        await depot.store.stop()
        for observer in told { #expect(observer.journal.lines == ["2", "stopped"]) }
        #expect(cancelled.journal.lines.isEmpty)
    }

    @Test func `an observer is told that its store was let go`() async throws {
        let observer = EndObserver()
        do {
            let depot = try await Depot()
            _ = try await depot.store.attach(observer)
        }
        await observer.journal.awaits("stopped")
    }

    @Test func `an observer may cancel itself when the store stops`() async throws {
        let depot = try await Depot()
        let observer = EndObserver()
        let (registration, _) = try await depot.store.attach(observer)
        observer.atTheEnd.withLock { $0 = { registration.cancel() } }
        await depot.store.stop()
        #expect(observer.journal.lines == ["stopped"])
        observer.atTheEnd.withLock { $0 = {} }
    }
}

private final class EndObserver: CommitObserver {
    let journal = Journal()
    let atTheEnd = Mutex<@Sendable () -> Void>({})
    func didCommit(_ commit: Commit) { journal.note("\(commit.position.value)") }
    func storeDidStop() {
        journal.note("stopped")
        atTheEnd.withLock { $0 }()
    }
}
