import StoreCore
import StoreTesting
import Testing

@testable import StoreReactive

struct LiveMachineTests {
    private let noon = Timestamp(seconds: 1_000_000)

    private func debt(_ positions: ClosedRange<UInt64>) -> LiveMachine.Debt {
        LiveMachine.Debt(
            first: Position(positions.lowerBound), last: Position(positions.upperBound))
    }

    private func take(
        _ machine: inout LiveMachine, at now: Timestamp, flushed: Position? = nil
    ) -> [UInt64] {
        machine.takeReady(at: now, flushedThrough: flushed) { _, _ in }
    }

    /// A query that has been run at a position.
    private func machine(
        _ coalescing: Coalescing = .latest, at position: UInt64
    ) -> LiveMachine {
        var machine = LiveMachine()
        machine.add(1, coalescing)
        _ = take(&machine, at: noon)
        machine.begin(1, at: Position(position), noon, now: noon)
        machine.end(1)
        return machine
    }

    @Test func `who comes is to be run, once`() {
        var machine = LiveMachine()
        machine.add(1, .latest)
        let (first, second) = (take(&machine, at: noon), take(&machine, at: noon))
        #expect(first == [1] && second.isEmpty)
        #expect(machine.owes(through: .start) && machine.awaitsReads)
        machine.begin(1, at: Position(3), noon, now: noon)
        machine.end(1)
        #expect(!machine.owes(through: Position(9)) && !machine.awaitsReads)
    }

    @Test func `a run settles what its state contains, and no more`() {
        var machine = machine(at: 3)
        let (isNew, isNewAgain) = (
            machine.wake(1, for: debt(4...4)), machine.wake(1, for: debt(7...7))
        )
        #expect(isNew && !isNewAgain)
        _ = take(&machine, at: noon)
        machine.begin(1, at: Position(5), noon, now: noon)
        #expect(machine.owes(through: Position(4)))
        machine.end(1)
        #expect(machine.ready == [1])
        #expect(!machine.owes(through: Position(5)) && machine.owes(through: Position(6)))
    }

    @Test func `what comes during a run is owed when it ends`() {
        var machine = machine(at: 3)
        machine.wake(1, for: debt(4...4))
        _ = take(&machine, at: noon)
        machine.begin(1, at: Position(4), noon, now: noon)
        machine.wake(1, for: debt(6...6))
        #expect(machine.ready.isEmpty)
        machine.end(1)
        #expect(machine.ready == [1] && !machine.owes(through: Position(5)))
    }

    @Test func `a result is that of now as long as nothing through now is owed`() {
        var machine = machine(at: 3)
        #expect(machine.isCurrent(1, through: Position(9), firstUnjudged: nil))
        #expect(!machine.isCurrent(1, through: Position(9), firstUnjudged: Position(8)))
        machine.wake(1, for: debt(6...6))
        #expect(machine.isCurrent(1, through: Position(5), firstUnjudged: nil))
        #expect(!machine.isCurrent(1, through: Position(6), firstUnjudged: nil))
        _ = take(&machine, at: noon)
        #expect(machine.isCurrent(1, through: Position(5), firstUnjudged: nil))
        #expect(!machine.isCurrent(1, through: Position(6), firstUnjudged: nil))
    }

    @Test(arguments: [10, 1_000])
    func `those that wait for their time are looked at once, and not with each wave`(count: Int) {
        var machine = LiveMachine()
        var looks = 0
        for id in 1...UInt64(count) { machine.add(id, .throttle(.seconds(10))) }
        for id in take(&machine, at: noon) {
            machine.begin(id, at: Position(1), noon, now: noon)
            machine.end(id)
        }
        for id in 1...UInt64(count) { machine.wake(id, for: debt(2...2)) }
        var taken = machine.takeReady(at: noon, flushedThrough: nil) { _, _ in looks += 1 }
        #expect(taken.isEmpty && looks == count && machine.ready.isEmpty)
        machine.add(0, .latest)
        taken = machine.takeReady(at: noon, flushedThrough: nil) { _, _ in looks += 1 }
        #expect(taken == [0] && looks == count)
        let (isUp, isUpAgain) = (machine.timeIsUp(1), machine.timeIsUp(1))
        #expect(isUp && !isUpAgain)
        taken = take(&machine, at: noon + .seconds(10))
        #expect(taken == [1])
        machine.flush(through: Position(1))
        #expect(machine.ready.isEmpty)
        machine.flush(through: Position(2))
        taken = take(&machine, at: noon, flushed: Position(2))
        #expect(taken.count == count - 1)
    }

    @Test func `commits that were too many leave their debt to the next run that has them`() {
        var machine = machine(at: 3)
        machine.wake(1, for: debt(4...90))
        _ = take(&machine, at: noon)
        machine.begin(1, at: Position(50), noon, now: noon)
        machine.end(1)
        #expect(machine.ready == [1])
        #expect(!machine.owes(through: Position(50)) && machine.owes(through: Position(51)))
    }

    @Test func `a deadline that has passed is owed until a state after it has been shown`() {
        var machine = machine(at: 3)
        machine.wake(1, at: noon)
        #expect(machine.ready.isEmpty)
        machine.wake(1, at: noon + .seconds(1))
        _ = take(&machine, at: noon)
        machine.begin(1, at: Position(3), noon, now: noon)
        machine.end(1)
        _ = take(&machine, at: noon)
        machine.begin(1, at: Position(3), noon + .seconds(1), now: noon)
        machine.end(1)
        #expect(machine.ready.isEmpty && !machine.owes(through: Position(9)))
    }

    @Test func `who is gone is owed nothing`() {
        var machine = machine(at: 3)
        machine.wake(1, for: debt(4...4))
        machine.remove(1)
        #expect(machine.ready.isEmpty && !machine.owes(through: Position(9)))
        let taken = take(&machine, at: noon)
        #expect(taken.isEmpty)
        machine.end(1)
        #expect(machine[1] == nil)
    }
}

struct SettlerQueueTests {
    @Test(arguments: [10, 1_000])
    func `one question says that nobody is done`(count: Int) {
        var queue = SettlerQueue<Int>()
        for number in (1...count).shuffled() {
            queue.insert(number, UInt64(number), through: Position(UInt64(number)))
        }
        var questions = 0
        func release(through position: Int) -> [Int] {
            queue.release {
                questions += 1
                return $0.value <= UInt64(position)
            }
        }
        for _ in 0..<5 { #expect(release(through: 0).isEmpty) }
        #expect(questions == 5)
        #expect(release(through: 3) == [1, 2, 3])
        #expect(questions == 9)
        let (removed, removedAgain) = (queue.remove(4), queue.remove(4))
        #expect(removed == 4 && removedAgain == nil)
        #expect(release(through: count) == Array(5...count))
        #expect(queue.isEmpty && queue.greatest == nil)
    }
}

struct LineTests {
    @Test func `elements come out in the order in which they came`() {
        var line = Line<Int>()
        var (next, out) = (0, [Int]())
        for round in 0..<200 {
            for _ in 0..<(round % 7) {
                line.append(next)
                next += 1
            }
            for _ in 0..<(round % 5) { if let each = line.popFirst() { out.append(each) } }
        }
        #expect(line.last == next - 1)
        while let each = line.popFirst() { out.append(each) }
        #expect(out == Array(0..<next) && line.isEmpty && line.count == 0)
    }

    @Test func `an element is put behind those that are not greater`() {
        var line = Line<Int>()
        for each in [5, 1, 3, 3, 9, 0] { line.insert(each, by: <) }
        line.removeAll { $0 == 3 }
        var out: [Int] = []
        while let each = line.popFirst() { out.append(each) }
        #expect(out == [0, 1, 5, 9])
    }
}

struct KeptCommitTests {
    /// Commits, and the first of their positions.
    private func commits(_ count: Int) async throws -> ([Commit], UInt64) {
        let store = try await Store.start("t")
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "n": .integer])
        try await bucket.insert(["id": 1, "n": 0])
        let observer = RecordingObserver()
        let (registration, _) = try await store.attach(observer)
        for _ in 0..<count { try await bucket.increment(1, "n", by: 1) }
        registration.cancel()
        await store.stop()
        return (observer.commits, observer.commits.first?.position.value ?? 0)
    }

    @Test func `what is kept is found by its position, and goes when it has been seen`()
        async throws
    {
        let (commits, first) = try await commits(10)
        var kept = KeptCommits()
        var gone = commits.flatMap { kept.append($0) }
        #expect(gone.isEmpty && kept.after(Position(first + 6)).count == 3)
        gone = kept.forget(through: Position(first + 4))
        #expect(gone.count == 5)
        let taken = kept.take(after: Position(first + 4), through: Position(first + 7))
        #expect(taken?.count == 3)
        #expect(kept.commits.count == 2)
    }

    @Test func `where too many are kept, all go, and that is known`() async throws {
        let (commits, first) = try await commits(1)
        let commit = commits[0]
        var kept = KeptCommits()
        var gone = (0..<KeptCommits.countMax).flatMap { _ in kept.append(commit) }
        #expect(gone.isEmpty)
        gone = kept.append(commit)
        #expect(gone.count == KeptCommits.countMax + 1)
        #expect(kept.commits.isEmpty && !kept.isComplete(after: Position(first - 1)))
        #expect(kept.isComplete(after: Position(first)))
        let taken = kept.take(after: Position(first - 1), through: Position(first))
        #expect(taken == nil && kept.isEmpty)
    }

    @Test func `an inbox that is full notes which buckets change, and what is shown is kept`()
        async throws
    {
        let (commits, first) = try await commits(2)
        var queue = InboxQueue<Int>()
        let (max, extra) = (InboxQueue<Int>.countMax, 100)
        for _ in 0..<(max + extra) { queue.append(commits[0], nil) }
        queue.append(commits[1], 7)
        queue.append(commits[1], nil)
        #expect(queue.length == max + 1)
        let found = queue.takeLost()
        let lost = try #require(found)
        #expect(lost.debt.first == Position(first) && lost.debt.last == Position(first + 1))
        #expect(lost.buckets?.count == 1)
        var (taken, shown) = (0, 0)
        while !queue.isEmpty {
            let entries = queue.take(through: Position(.max), changesMax: 64)
            #expect(entries.count <= 64)
            taken += entries.count
            shown += entries.count { $0.state == 7 }
        }
        #expect(taken == max + 1 && shown == 1)
    }
}
