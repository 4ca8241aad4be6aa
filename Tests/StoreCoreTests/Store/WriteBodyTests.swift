import StoreTesting
import Synchronization
import TestSupport
import Testing

@testable import StoreCore

private final class Caught: Sendable {
    let error = Mutex<(any Error)?>(nil)
}

@Suite struct `The body of a write` {
    @Test func `takes a handle, and refuses another store's`() async throws {
        let depot = try await Depot.filled("a")
        let other = try await Depot.filled("a")
        let name = try await depot.store.write { try $0[depot.items].get("a")?["name"].string }
        #expect(name == "item a")
        try await expectRefusal(StoreError.self, by: depot.store) {
            try await depot.store.write { try $0[other.items].insert(Depot.record("b")) }
        }
        #expect(try other.keys == ["a"])
    }

    @Test func `does not reach the next bucket of a handle's name`() async throws {
        let depot = try await Depot()
        let old = try await depot.shelf()
        try await depot.store.dropBucket("shelf")
        let new = try await depot.shelf()
        try await expectRefusal(StoreError.self, by: depot.store) {
            try await depot.store.write { try $0[old].insert(["id": "x"]) }
        }
        #expect(try new.count() == 0)
    }

    @Test func `changes a record by a closure`() async throws {
        let depot = try await Depot.filled("a")
        let record = try await depot.store.write { tx in
            let items = try tx[depot.items]
            try items.update("a") { $0["rank"] = 7 }
            return try items.update("a") { $0["rank"] = .integer(($0["rank"].int64 ?? 0) + 1) }
        }
        #expect(record["rank"] == 8)
        #expect(try depot.items.get("a")?.version == 3)
    }

    @Test func `a closure that writes the record itself is a conflict`() async throws {
        let depot = try await Depot.filled("a")
        try await expectRefusal(ConflictError.self, by: depot.store) {
            try await depot.store.write { tx in
                let items = try tx[depot.items]
                try items.update("a") { fields in
                    try items.update("a", ["rank": 1])
                    fields["rank"] = 2
                }
            }
        }
    }

    @Test func `inserts many`() async throws {
        let depot = try await Depot()
        let ranks = try await depot.store.write { tx in
            try tx[depot.items].insertMany([Depot.record("b", rank: 1), Depot.record("a", rank: 2)])
                .map { $0["rank"] }
        }
        #expect(ranks == [1, 2])
    }

    @Test func `a predicate that writes is refused`() async throws {
        let depot = try await Depot.filled("ab")
        let caught = try await depot.store.write { tx -> (any Error)? in
            let items = try tx[depot.items]
            let caught = Caught()
            _ = try items.updateMany(
                where: .matching { _ in
                    do { try items.insert(Depot.record("z")) } catch {
                        caught.error.withLock { $0 = error }
                    }
                    return true
                }, ["role": "seen"])
            return caught.error.withLock { $0 }
        }
        #expect((caught as? StoreError)?.reason == .nestedWrite)
        #expect(try depot.items.where(["role": "seen"]).count() == 2)
        #expect(try depot.keys == ["a", "b"])
    }

    @Test func `a query whose predicate writes reads on where it began`() async throws {
        let depot = try await Depot.filled("abc")
        let seen = try await depot.store.write { tx in
            let items = try tx[depot.items]
            try items.update("a", ["rank": 50])
            let seen = try items.where(
                .matching { record in
                    let key = record.key.value.string ?? ""
                    _ = try? items.insert(Depot.record(key + "+"))
                    _ = try? items.where(["role": "even"]).count()
                    _ = try? items.delete(record.key)
                    return true
                }
            ).all().map { $0.key.value.string ?? "" }
            return (seen, try items.all().map { $0.key.value.string ?? "" })
        }
        #expect(seen.0 == ["a", "b", "c"])
        #expect(seen.1 == ["a+", "b+", "c+"])
        #expect(try depot.keys == ["a+", "b+", "c+"])
    }

    @Test func `what comes, goes and comes again is found where it stands`() async throws {
        let depot = try await Depot()
        try await depot.store.write { tx in
            let items = try tx[depot.items]
            try items.insert(Depot.record("a", rank: 1))
            try items.insert(Depot.record("b", rank: 1))
            #expect(try items.all().map(\.key) == ["a", "b"])
            try items.delete("a")
            try items.insert(Depot.record("a", rank: 3))
            #expect(try items.all().map(\.key) == ["b", "a"])
            #expect(try items.where(["rank": 3]).count() == 1)
            try items.setDeadline("b", tx.now)
            #expect(try items.get("b") == nil)
            #expect(try items.all().map(\.key) == ["a"])
        }
    }

    @Test(arguments: Volume.seeds(few: 8, full: 40)) func `queries see what it has written so far`(
        seed: UInt64
    ) async throws {
        let depot = try await Depot.filled("abcdefgh")
        var random = SeededRandom(seed)
        try await depot.items.setDeadline("b", depot.clock.now + .seconds(1))
        depot.clock.advance(by: .seconds(1))
        var model: [String: Int64] = [:]
        for (rank, key) in "abcdefgh".enumerated() where key != "b" {
            model["\(key)"] = Int64(rank)
        }
        let (start, script) = (model, (0..<60).map { _ in random.next() })
        try await depot.store.write { tx in
            let items = try tx[depot.items]
            var model = start
            for step in script {
                let key = String(UnicodeScalar(UInt8(97 + step % 10)))
                let rank = Int64(step >> 8 & 7)
                switch (step >> 16) % 4 {
                case 0: if try items.delete(key) { model[key] = nil }
                case 1 where model[key] == nil:
                    try items.insert(["id": .string(key), "name": "n", "rank": .integer(rank)])
                    model[key] = rank
                case 2 where model[key] != nil:
                    try items.update(key, ["rank": .integer(rank)])
                    model[key] = rank
                default: break
                }
                if step >> 20 & 1 == 0 { continue }
                var found: [String: Int64] = [:]
                for record in try items.all() {
                    found[record.key.value.string ?? ""] = record["rank"].int64
                }
                #expect(found == model, "seed \(seed)")
                #expect(try items.get(key)?["rank"].int64 == model[key], "seed \(seed)")
                let high = try items.where(.field("rank") >= 4).order(by: "rank").all()
                let ranks = model.values.filter { $0 >= 4 }.sorted()
                #expect(high.compactMap { $0["rank"].int64 } == ranks, "seed \(seed)")
            }
        }
    }

    @Test(arguments: [100, 1_000])
    func `reads cost what changed since the last one`(count: Int) async throws {
        let depot = try await Depot()
        let followed = try await depot.store.write { tx in
            let items = try tx[depot.items]
            for number in 0..<count {
                let key = "k\(number)"
                if try items.get(key) == nil { try items.insert(Depot.record(key, rank: number)) }
                if number % 10 == 9 { #expect(try items.where(["role": "odd"]).count() > 0) }
            }
            return tx.scope.followed
        }
        #expect(followed == count)
    }

    @Test func `records that it was given do not change when a policy stamps them`() async throws {
        let deadline = Timestamp(microseconds: 9_000_000_000_000_000)
        let depot = try await Depot(
            [],
            [
                .policy { context in
                    context.changes.filter { $0.kind == .inserted }.map {
                        .setDeadline(bucket: "items", key: $0.key, deadline)
                    }
                }
            ])
        let given = try await depot.store.write { try $0[depot.items].insert(Depot.record("a")) }
        #expect(given.expiresAt == nil)
        #expect(try depot.items.get("a")?.expiresAt == deadline)
        #expect(try depot.items.get("a")?.version == 1)
        let direct = try await depot.items.insert(Depot.record("b"))
        #expect(direct.expiresAt == deadline)
    }
}
