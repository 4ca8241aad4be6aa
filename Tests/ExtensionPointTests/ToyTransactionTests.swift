import StoreCore
import Testing

@Suite struct `A stranger's transactions` {
    /// Doctors on call: at least one has to be.
    private func clinic() async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("clinic")
        let doctors = try await store.defineBucket(
            "doctors", key: "id",
            schema: ["id": .string, "isOnCall": .bool, "room": .integer, "note": .string],
            indexes: ["room", "isOnCall"])
        for (room, id) in ["ann", "bob", "cid"].enumerated() {
            try await doctors.insert([
                "id": .string(id), "isOnCall": .bool(room < 2), "room": .integer(Int64(room)),
            ])
        }
        return (store, doctors)
    }

    /// Runs `body` in a transaction, and `intervene` between its first run and its commit.
    private func transaction(
        in store: Store, _ body: @escaping (ToyTransaction) throws -> Void,
        while intervene: @escaping @Sendable () async throws -> Void
    ) async throws -> Int {
        var runs = 0
        try await store.toyTransaction(id: "t1") { tx in
            runs += 1
            try body(tx)
            guard runs == 1 else { return }
            try elsewhere(intervene)
        }
        return runs
    }

    @Test func `it reads one position, and writes in one commit that carries its name`()
        async throws
    {
        let (store, doctors) = try await clinic()
        let before = store.position
        try await store.toyTransaction(id: "t7") { tx in
            let onCall = try tx.bucket("doctors").count(where: ["isOnCall": true])
            tx.writes.update("cid", ["room": .integer(Int64(onCall))], in: doctors)
            tx.writes.delete("bob", from: doctors)
        }
        #expect(store.position == before.next)
        let commit = try #require(try await store.history.commits(after: before, limit: 1).first)
        #expect(commit.transactionID == "t7")
        #expect(try doctors.get("cid")?["room"] == 2)
    }

    @Test func `write skew is detected, and the body runs again`() async throws {
        let (store, doctors) = try await clinic()
        // Both look whether two are on call, and go home if so.
        let runs = try await transaction(in: store) { tx in
            guard try tx.bucket("doctors").count(where: ["isOnCall": true]) == 2 else { return }
            tx.writes.update("ann", ["isOnCall": false], in: doctors)
        } while: {
            try await doctors.update("bob", ["isOnCall": false])
        }
        #expect(runs == 2)
        #expect(try doctors.count(where: ["isOnCall": true]) == 1)
    }

    @Test func `a phantom is detected`() async throws {
        let (store, doctors) = try await clinic()
        let runs = try await transaction(in: store) { tx in
            let count = try tx.bucket("doctors").where(.field("room").between(1, 5)).count()
            tx.writes.update("ann", ["note": .string("\(count)")], in: doctors)
        } while: {
            try await doctors.insert(["id": "dan", "room": 5])
        }
        #expect(runs == 2)
        #expect(try doctors.get("ann")?["note"] == "3")
    }

    @Test func `a record that was found absent must still be`() async throws {
        let (store, doctors) = try await clinic()
        let runs = try await transaction(in: store) { tx in
            let isFree = try tx.bucket("doctors").get("eve") == nil
            tx.writes.update("ann", ["note": isFree ? "free" : "taken"], in: doctors)
        } while: {
            try await doctors.insert(["id": "eve"])
        }
        #expect(runs == 2)
        #expect(try doctors.get("ann")?["note"] == "taken")
    }

    @Test func `ranges that do not meet do not conflict`() async throws {
        let (store, doctors) = try await clinic()
        let runs = try await transaction(in: store) { tx in
            let count = try tx.bucket("doctors").where(.field("room").between(0, 1)).count()
            tx.writes.update("ann", ["note": .string("\(count)")], in: doctors)
        } while: {
            try await doctors.insert(["id": "dan", "room": 7])
            try await doctors.update("cid", ["note": "elsewhere"])
        }
        #expect(runs == 1)
        #expect(try doctors.get("ann")?["note"] == "2")
    }

    @Test func `fields that did not matter do not conflict`() async throws {
        let (store, doctors) = try await clinic()
        let runs = try await transaction(in: store) { tx in
            let count = try tx.bucket("doctors").count(where: ["isOnCall": true])
            tx.writes.update("cid", ["room": .integer(Int64(count))], in: doctors)
        } while: {
            try await doctors.update("ann", ["note": "hello"])
        }
        #expect(runs == 1)
    }

    @Test func `the last attempt is undisturbed`() async throws {
        let (store, doctors) = try await clinic()
        let rival = Task {
            while !Task.isCancelled {
                try await doctors.increment("ann", "room")
                await Task.yield()
            }
        }
        for _ in 0..<50 {
            try await store.toyTransaction(id: "t", attempts: 2) { tx in
                let room = try tx.bucket("doctors").get("ann")?["room"].int64 ?? 0
                tx.writes.update("bob", ["room": .integer(room)], in: doctors)
            }
        }
        rival.cancel()
        _ = try? await rival.value
    }

    @Test func `ordinary handles refuse to write inside the body`() async throws {
        let (store, doctors) = try await clinic()
        try await store.toyTransaction(id: "t") { _ in
            let error = elsewhereError { try await doctors.update("ann", ["note": "x"]) }
            #expect(
                error as? StoreError == StoreError(.writesForbidden("inside a toy transaction")))
            let ann = try doctors.get("ann")
            #expect(ann != nil)
        }
    }

    @Test func `what the body throws is thrown, and nothing is written`() async throws {
        struct Abort: Error {}
        let (store, doctors) = try await clinic()
        let before = store.position
        await #expect(throws: Abort.self) {
            try await store.toyTransaction(id: "t") { tx in
                tx.writes.delete("ann", from: doctors)
                throw Abort()
            }
        }
        #expect(store.position == before)
    }
}
