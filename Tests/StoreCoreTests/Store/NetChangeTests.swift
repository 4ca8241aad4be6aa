import StoreCore
import StoreTesting
import Testing

@Suite struct `Net changes` {
    /// What one batch amounts to, as observers see it.
    private func net(
        _ keys: String, _ build: (inout WriteBatch, DynamicBucket) -> Void
    ) async throws -> (changes: [Change], depot: Depot) {
        let depot = try await Depot.filled(keys)
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        var batch = WriteBatch()
        build(&batch, depot.items)
        try await depot.store.commit(batch)
        return (observer.changes, depot)
    }

    @Test func `delete then insert is an update whose version goes on`() async throws {
        let (changes, depot) = try await net("a") { batch, items in
            batch.delete("a", from: items)
            batch.insert(["id": "a", "name": "again"], into: items)
        }
        #expect(changes.map(\.kind) == [.updated])
        #expect(changes.first?.old?["name"] == "item a")
        let record = try #require(try depot.items.get("a"))
        #expect(record.version == 2)
        #expect(record["code"].isNull, "it is another record, not a merged one")
    }

    @Test func `insert then delete is nothing at all`() async throws {
        let (changes, depot) = try await net("a") { batch, items in
            batch.insert(Depot.record("b"), into: items)
            batch.delete("b", from: items)
        }
        #expect(changes.isEmpty)
        #expect(depot.store.position == Position(2))
    }

    @Test func `insert then update is one insertion`() async throws {
        let (changes, depot) = try await net("") { batch, items in
            batch.insert(Depot.record("a"), into: items)
            batch.update("a", ["rank": 3], in: items)
        }
        #expect(changes.map(\.kind) == [.inserted])
        #expect(try depot.items.get("a")?["rank"] == 3)
    }

    @Test func `several updates are one, from the first state to the last`() async throws {
        let (changes, _) = try await net("a") { batch, items in
            batch.update("a", ["rank": 1], in: items)
            batch.increment("a", "rank", by: 10, in: items)
            batch.update("a", in: items) { $0["role"] = "boss" }
        }
        #expect(changes.map(\.kind) == [.updated])
        #expect(changes.first?.old?["rank"] == 0)
        #expect(changes.first?.new?["rank"] == 11)
        #expect(changes.first?.new?["role"] == "boss")
    }

    @Test func `update then delete is a deletion of what was there before`() async throws {
        let (changes, depot) = try await net("a") { batch, items in
            batch.update("a", ["rank": 1], in: items)
            batch.delete("a", from: items)
        }
        #expect(changes.map(\.kind) == [.deleted])
        #expect(changes.first?.old?["rank"] == 0)
        #expect(try depot.items.get("a") == nil)
    }

    @Test func `unique values may be swapped`() async throws {
        let (changes, depot) = try await net("ab") { batch, items in
            batch.update("a", ["code": "code-b"], in: items)
            batch.update("b", ["code": "code-a"], in: items)
        }
        #expect(changes.count == 2)
        #expect(try depot.items.where(["code": "code-a"]).first()?.key == "b")
        #expect(try depot.items.where(["code": "code-b"]).first()?.key == "a")
    }

    @Test func `a unique value may be handed over from a record that goes`() async throws {
        let (_, depot) = try await net("a") { batch, items in
            batch.insert(["id": "b", "name": "heir", "code": "code-a"], into: items)
            batch.delete("a", from: items)
        }
        #expect(try depot.items.where(["code": "code-a"]).first()?.key == "b")
    }

    @Test func `cleared and filled again, a bucket tells what differs`() async throws {
        let (changes, depot) = try await net("abc") { batch, items in
            batch.clear(items)
            batch.insert(Depot.record("b"), into: items)
        }
        #expect(changes.map(\.key) == ["a", "b", "c"])
        #expect(changes.map(\.kind) == [.deleted, .updated, .deleted])
        #expect(try depot.keys == ["b"])
    }

    @Test func `a large batch nets as a small one does`() async throws {
        let count = 1_000
        let (changes, depot) = try await net("") { batch, items in
            for number in 0..<count { batch.insert(Depot.record("k\(number)"), into: items) }
            for number in 0..<count / 2 { batch.delete("k\(number)", from: items) }
        }
        #expect(changes.count == count / 2)
        #expect(try depot.items.count() == count / 2)
    }

    @Test(arguments: [
        Change.Reason.user, .expired, .evicted, .cascade,
    ])
    func `a deletion carries the reason that it was given`(reason: Change.Reason) async throws {
        let (changes, _) = try await net("a") { batch, items in
            batch.delete("a", from: items, reason: reason)
        }
        #expect(changes.map(\.reason) == [reason])
    }

    @Test func `clearing has a reason of its own`() async throws {
        let (changes, _) = try await net("ab") { batch, items in batch.clear(items) }
        #expect(changes.map(\.reason) == [.cleared, .cleared])
    }

    @Test func `a change of the deadline alone has a reason of its own`() async throws {
        let (changes, _) = try await net("a") { batch, items in
            batch.setDeadline("a", .distantFuture, in: items)
        }
        #expect(changes.map(\.kind) == [.updated])
        #expect(changes.map(\.reason) == [.touched])
    }

    @Test func `what a policy adds follows its cause`() async throws {
        let depot = try await Depot(
            [],
            [
                .policy { context in
                    context.changes.filter { $0.kind == .inserted }.map {
                        .insert(bucket: "log", ["id": $0.key.value])
                    }
                }
            ])
        _ = try await depot.shelf("log")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        try await depot.items.insertMany([Depot.record("a"), Depot.record("b")])
        #expect(observer.commits.count == 1)
        #expect(observer.changes.map(\.bucket.name) == ["items", "items", "log", "log"])
    }
}
