import StoreTesting
import Testing

@testable import StoreCore

@Suite struct `Slots of buckets` {
    @Test func `buckets that come and go leave no places behind`() async throws {
        let depot = try await Depot.filled("a")
        for _ in 0..<100 {
            try await depot.shelf().insert(["id": "s"])
            try await depot.store.dropBucket("shelf")
        }
        #expect(depot.store.state.rootForWriter.slotCount == 2)
        #expect(try depot.keys == ["a"])
        #expect(depot.store.state.violations().isEmpty)
    }

    @Test func `a handle does not see the bucket that has taken its bucket's place`() async throws {
        let depot = try await Depot()
        let old = try await depot.shelf("old")
        try await old.insert(["id": "s"])
        try await depot.store.dropBucket("old")
        let new = try await depot.shelf("new")
        try await new.insert(["id": "s"])
        #expect(new.identity.slot == old.identity.slot)
        let gone = StoreError(.bucketDropped("old"))
        #expect(throws: gone) { try old.get("s") }
        #expect(throws: gone) { try old.count() }
        #expect(throws: gone) { try old.overdue() }
        await #expect(throws: gone) { try await old.insert(["id": "t"]) }
        await #expect(throws: gone) { try await old.update("s", ["n": 1]) }
        await #expect(throws: gone) { try await old.delete("s") }
        await #expect(throws: gone) { try await old.clear() }
        try await depot.store.write { tx in
            #expect(throws: gone) { try tx[old].get("s") }
            #expect(throws: gone) { try tx[old].all() }
            #expect(throws: gone) { try tx[old].insert(["id": "t"]) }
        }
        #expect(try new.all().map(\.key) == ["s"])
    }

    @Test func `a snapshot shows the bucket that was in the place`() async throws {
        let depot = try await Depot()
        let old = try await depot.shelf("old")
        try await old.insert(["id": "s"])
        let before = try depot.store.snapshot()
        try await depot.store.dropBucket("old")
        let new = try await depot.shelf("new")
        try await new.insert(["id": "t"])
        let after = try depot.store.snapshot()
        #expect(try before.bucket("old").all().map(\.key) == ["s"])
        #expect(throws: StoreError(.bucketNotDefined("new"))) { try before.bucket("new") }
        #expect(throws: StoreError(.bucketNotDefined("old"))) { try after.bucket("old") }
        let changes = before.difference(to: after)
        #expect(changes.map(\.bucket) == [old.reference, new.reference])
        #expect(changes.map(\.kind) == [.deleted, .inserted])
        #expect(changes.map(\.key) == ["s", "t"])
    }
}
