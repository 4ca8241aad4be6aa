import StoreCore
import StoreTesting
import Synchronization
import Testing

/// What policies have been shown, as "policy: kind reason key".
private final class Log: Sendable {
    private let state = Mutex<[String]>([])
    var lines: [String] { state.withLock { $0 } }
    func add(_ policy: String, _ change: Change) {
        state.withLock {
            $0.append("\(policy): \(change.kind) \(change.reason) \(change.key.value.string ?? "")")
        }
    }
}

@Suite struct `What policies are shown` {
    @Test func `what expires for the sake of a unique value`() async throws {
        let log = Log()
        let depot = try await Depot(
            [],
            [
                .policy { context in
                    for change in context.changes { log.add("one", change) }
                    return []
                }
            ])
        try await depot.items.insert(Depot.record("a"), expiresAt: depot.clock.now + .seconds(1))
        depot.clock.advance(by: .seconds(1))
        try await depot.items.insert(["id": "b", "name": "new", "code": "code-a"])
        #expect(
            log.lines == ["one: inserted user a", "one: inserted user b", "one: deleted expired a"])
    }

    @Test func `each change once, whoever has added it`() async throws {
        let log = Log()
        let depot = try await Depot(
            [],
            [
                .policy { context in
                    for change in context.changes { log.add("one", change) }
                    return context.changes.filter { $0.key == "a" }.map { _ in
                        .insert(bucket: "items", Depot.record("added"))
                    }
                },
                .policy { context in
                    for change in context.changes { log.add("two", change) }
                    return []
                },
            ])
        try await depot.items.insert(Depot.record("a"))
        #expect(
            log.lines == [
                "one: inserted user a", "two: inserted user a", "two: inserted user added",
                "one: inserted user added",
            ])
    }

    @Test func `records that do not change in their hands`() async throws {
        let kept = Mutex<Record?>(nil)
        let deadline = Timestamp(microseconds: 9_000_000_000_000_000)
        let depot = try await Depot(
            [],
            [
                .policy { context in
                    guard let record = context.changes.first?.new else { return [] }
                    kept.withLock { $0 = $0 ?? record }
                    return [.setDeadline(bucket: "items", key: record.key, deadline)]
                }
            ])
        #expect(try await depot.items.insert(Depot.record("a")).expiresAt == deadline)
        #expect(kept.withLock { $0?.expiresAt } == nil)
    }

    @Test func `pending records of other buckets`() async throws {
        let depot = try await Depot()
        let children = try await depot.shelf(
            "children",
            .policy { context in
                for change in context.changes {
                    guard let parent = change.new?["parent"].string,
                        context.pendingRecord(parent, in: "items") != nil
                    else { throw Refusal(note: "no parent") }
                }
                return []
            })
        var batch = WriteBatch()
        batch.insert(["id": "c", "parent": "p"], into: children)
        try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.store.commit(batch)
        }
        batch.insert(Depot.record("p"), into: depot.items)
        try await depot.store.commit(batch)
        #expect(try children.count() == 1)
    }

    @Test func `inserting many returns each record, removed ones as they were inserted`()
        async throws
    {
        let depot = try await Depot(
            [],
            [
                .policy { context in
                    context.changes.filter { $0.kind == .inserted && $0.key == "b" }.map {
                        .delete(bucket: "items", key: $0.key, reason: .evicted)
                    }
                }
            ])
        let records = try await depot.items.insertMany("abc".map { Depot.record("\($0)") })
        #expect(records.map(\.key) == ["a", "b", "c"])
        #expect(try depot.keys == ["a", "c"])
    }
}

@Suite struct `An update by a closure` {
    @Test func `starts again when its record went and came again at the same version`() async throws
    {
        let depot = try await Depot.filled("a")
        let items = depot.items
        let runs = Mutex(0)
        try await items.update("a") { fields in
            let run = runs.withLock {
                $0 += 1
                return $0
            }
            if run == 1 {
                #expect(errorInline { try await items.delete("a") } == nil)
                #expect(errorInline { try await items.insert(Depot.record("a", rank: 100)) } == nil)
            }
            fields["rank"] = .integer((fields["rank"].int64 ?? 0) - 5)
        }
        #expect(try items.get("a")?["rank"] == 95)
        #expect(runs.withLock { $0 } == 2)
    }
}
