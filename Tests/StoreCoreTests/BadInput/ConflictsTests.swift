import StoreCore
import StoreTesting
import Testing

@Suite struct `Conflicts` {
    @Test(arguments: [0, 2, -1, Int.max]) func `a write that expects another version is refused`(
        version: Int
    ) async throws {
        let depot = try await Depot.filled("ab")
        let items = depot.items
        for write in [
            { @Sendable in _ = try await items.update("a", ["rank": 9], ifVersion: version) },
            { _ = try await items.replace("a", with: ["name": "x"], ifVersion: version) },
            { _ = try await items.delete("a", ifVersion: version) },
            {
                var batch = WriteBatch()
                batch.delete("b", from: items)
                batch.update("a", ["rank": 9], in: items, ifVersion: version)
                try await depot.store.commit(batch)
            },
            {
                try await depot.store.write { tx in
                    let items = try tx.bucket("items")
                    try items.delete("b")
                    try items.replace("a", with: ["name": "x"], ifVersion: version)
                }
            },
        ] {
            let error = try await expectRefusal(ConflictError.self, by: depot.store) {
                try await write()
            }
            #expect(error.bucket == "items")
            #expect(error.key == "a")
            #expect(error.expectedVersion == version)
            #expect(error.actualVersion == 1)
        }
    }

    @Test func `a write that expects a version of what is not there is refused`() async throws {
        let depot = try await Depot.filled("a")
        let items = depot.items
        for write in [
            { @Sendable in _ = try await items.update("z", ["rank": 9], ifVersion: 1) },
            { _ = try await items.replace("z", with: ["name": "x"], ifVersion: 1) },
            { _ = try await items.delete("z", ifVersion: 1) },
        ] {
            let error = try await expectRefusal(ConflictError.self, by: depot.store) {
                try await write()
            }
            #expect(error.actualVersion == nil)
        }
    }

    @Test func `a write that expects the version that is there goes through`() async throws {
        let depot = try await Depot.filled("a")
        #expect(try await depot.items.update("a", ["rank": 1], ifVersion: 1).version == 2)
        #expect(try await depot.items.replace("a", with: ["name": "x"], ifVersion: 2).version == 3)
        #expect(try await depot.items.delete("a", ifVersion: 3))
    }

    @Test(
        arguments: [
            ("a", 2, 1), ("a", nil, 1), ("z", 1, nil),
        ] as [(String, Int?, Int?)])
    func `a requirement about a version that does not hold refuses the batch`(
        key: String, required: Int?, actual: Int?
    ) async throws {
        let depot = try await Depot.filled("ab")
        var batch = WriteBatch()
        batch.delete("b", from: depot.items)
        let filled = batch
        let error = try await expectRefusal(ConflictError.self, by: depot.store) {
            try await depot.store.commit(
                filled, requiring: [.version(required, of: key, in: depot.items)])
        }
        #expect(error.key == Key(.string(key)))
        #expect(error.actualVersion == actual)
    }

    @Test(arguments: [false, true]) func `what was read and has changed refuses the batch`(
        keepsOldImages: Bool
    ) async throws {
        let depot = try await Depot.filled("abc", keepsOldImages ? [.oldImages] : [])
        let recorder = ReadRecorder()
        let snapshot = try depot.store.snapshot()
        let items = try snapshot.bucket("items").tracked(by: recorder)
        #expect(try items.where(["role": "odd"]).count() == 1)
        var batch = WriteBatch()
        batch.update("a", ["rank": 7], in: depot.items)
        let filled = batch
        let requirement = CommitRequirement.unchanged(recorder.readSet, since: snapshot)
        try await depot.items.update("c", ["score": 5])
        try await depot.store.commit(filled, requiring: [requirement])
        try await depot.items.update("c", ["role": "odd"])
        let error = try await expectRefusal(ConflictError.self, by: depot.store) {
            try await depot.store.commit(filled, requiring: [requirement])
        }
        #expect(try #require(error.position) <= depot.store.position)
    }

    @Test func `it is found beyond the history too`() async throws {
        let depot = try await Depot.filled("abc", [.history(commits: 1)])
        let recorder = ReadRecorder()
        let snapshot = try depot.store.snapshot()
        _ = try snapshot.bucket("items").tracked(by: recorder).get("missing")
        let requirement = CommitRequirement.unchanged(recorder.readSet, since: snapshot)
        for _ in 0..<5 { try await depot.items.increment("a", "rank") }
        var batch = WriteBatch()
        batch.delete("c", from: depot.items)
        let filled = batch
        try await depot.store.commit(filled, requiring: [requirement])
        try await depot.items.insert(Depot.record("missing"))
        for _ in 0..<5 { try await depot.items.increment("a", "rank") }
        try await expectRefusal(ConflictError.self, by: depot.store) {
            try await depot.store.commit(filled, requiring: [requirement])
        }
    }

    @Test func `of many compare-and-sets of one version one succeeds`() async throws {
        let depot = try await Depot.filled("a")
        let wins = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do {
                        try await depot.items.update("a", ["rank": 1], ifVersion: 1)
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
        #expect(try depot.items.get("a")?.version == 2)
    }
}
