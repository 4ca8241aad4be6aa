import StoreCore
import StoreTTL
import StoreTesting
import StoreTransactions
import Testing

/// Time passes between the operations of a transaction and its commit: here 10 s, of lives of 60 s.
@Suite struct `Deadlines in a transaction` {
    private static let ttl = BucketOption.ttl(.minutes(1))
    private static let sliding = BucketOption.slidingTTL(.minutes(1))

    /// What is left of a record that was there before, when the transaction is over.
    private func left(
        _ option: BucketOption, passing before: Duration = .zero,
        _ body: @escaping (WritableBucket) throws -> Void
    ) async throws -> Duration? {
        let larder = try await Larder(option)
        try await larder.insert("a")
        larder.clock.advance(by: before)
        try await larder.store.transaction { tx in
            try body(tx[larder.items])
            larder.clock.advance(by: .seconds(10))
        }
        return try larder.items.ttl(of: "a")
    }

    @Test func `begin with the commit where a record is replaced`() async throws {
        #expect(try await left(Self.ttl) { try $0.replace("a", with: ["n": 1]) } == .seconds(60))
        #expect(
            try await left(Self.sliding) { try $0.replace("a", with: ["n": 1]) } == .seconds(60))
    }

    @Test func `are counted from the commit where an update prolongs`() async throws {
        #expect(try await left(Self.ttl) { try $0.update("a", ["n": 1]) } == .seconds(50))
        #expect(try await left(Self.sliding) { try $0.update("a", ["n": 1]) } == .seconds(60))
        #expect(
            try await left(Self.sliding, passing: .seconds(5)) { try $0.update("a", ["n": 1]) }
                == .seconds(60))
    }

    @Test(arguments: [false, true])
    func `begin with the commit where a record is inserted and changed`(isSliding: Bool)
        async throws
    {
        let left = try await left(isSliding ? Self.sliding : Self.ttl) {
            try $0.delete("a")
            try $0.insert(["id": "a"])
            try $0.update("a", ["n": 1])
            try $0.increment("a", "n")
        }
        #expect(left == .seconds(60))
    }

    @Test(arguments: [false, true])
    func `are those that were given to a record after its insertion`(isSliding: Bool) async throws {
        let option = isSliding ? Self.sliding : Self.ttl
        let persisted = try await left(option) {
            try $0.delete("a")
            try $0.insert(["id": "a"])
            try $0.persist("a")
        }
        #expect(persisted == nil)
        let touched = try await left(option) {
            try $0.delete("a")
            try $0.insert(["id": "a"])
            try $0.touch("a", expiresIn: .seconds(30))
        }
        #expect(touched == .seconds(20))
        let set = try await left(option) {
            try $0.delete("a")
            try $0.insert(["id": "a"])
            try $0.setDeadline("a", $0.now + .seconds(25))
        }
        #expect(set == .seconds(15))
    }

    @Test(arguments: [false, true])
    func `are those that were given to a record in one write`(isSliding: Bool) async throws {
        let larder = try await Larder(isSliding ? Self.sliding : Self.ttl)
        try await larder.store.write { tx in
            let items = try tx[larder.items]
            for key in ["a", "b", "c"] { try items.insert(["id": .string(key)]) }
            try items.persist("a")
            try items.touch("b", expiresIn: .seconds(30))
            try items.setDeadline("c", tx.now + .seconds(25))
        }
        #expect(try larder.items.ttl(of: "a") == nil)
        #expect(try larder.items.ttl(of: "b") == .seconds(30))
        #expect(try larder.items.ttl(of: "c") == .seconds(25))
    }

    @Test func `go on where an increment meets a record that is another one by now`() async throws {
        let larder = try await Larder(Self.ttl)
        try await larder.items.insert(["id": "a", "n": 1])
        try await larder.store.transaction { tx in
            try tx[larder.items].increment("a", "n")
            try await elsewhere {
                try await larder.items.delete("a")
                try await larder.items.insert(["id": "a", "n": 5])
            }
            larder.clock.advance(by: .seconds(10))
        }
        #expect(try larder.items.get("a")?["n"] == 6)
        #expect(try larder.items.ttl(of: "a") == .seconds(50))
    }

    @Test func `are prolonged where an increment meets a record that was changed`() async throws {
        let larder = try await Larder(Self.sliding)
        try await larder.items.insert(["id": "a", "n": 1])
        try await larder.store.transaction { tx in
            try tx[larder.items].increment("a", "n")
            try await elsewhere { try await larder.items.update("a", ["n": 5]) }
            larder.clock.advance(by: .seconds(10))
        }
        #expect(try larder.items.get("a")?["n"] == 6)
        #expect(try larder.items.ttl(of: "a") == .seconds(60))
    }
}

/// Runs `body` as somebody else would, outside of any transaction.
private func elsewhere(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await Task.detached { try await body() }.value
}
