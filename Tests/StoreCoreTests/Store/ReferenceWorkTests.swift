import Testing

@testable import StoreCore

/// Counted, not timed.
@Suite struct `The work of references` {
    @Test(arguments: [50, 500])
    func `is linear, in whatever order a commit has touched them`(count: Int)
        async throws
    {
        let store = try await Store.start("chain")
        let nodes = try await store.defineBucket(
            "nodes", key: "id",
            schema: ["id": .integer, "next": .integer.references("nodes", onDelete: .cascade)])
        try await nodes.insertMany(
            (0..<count).map {
                ["id": .integer(Int64($0)), "next": $0 == 0 ? nil : .integer(Int64($0 - 1))]
            }
        )
        var batch = WriteBatch()
        for id in (0..<count).reversed() { batch.update(id, ["seen": true], in: nodes) }
        batch.delete(0, from: nodes)
        let actions = try batch.operations.map(PreparedOperation.init)
        let examined = try store.commitNow(nil) { builder in
            for each in actions { _ = try builder.perform(each.action, on: each.bucket) }
            var progress = ReferenceProgress()
            try builder.followReferences(&progress)
            return progress.examined
        }
        #expect((count...4 * count).contains(examined))
        try await store.commit(batch)
        #expect(try nodes.count() == 0)
    }
}
