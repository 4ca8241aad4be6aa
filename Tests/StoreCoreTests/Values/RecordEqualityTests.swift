import StoreCore
import StoreTesting
import Testing

@Suite struct `Records` {
    @Test func `are equal if key, version, times and fields are`() async throws {
        let depot = try await Depot.filled("ab")
        let before = try #require(try depot.items.get("a"))
        #expect(try before == depot.items.get("a"))
        try await depot.items.update("a", ["name": before["name"]])
        let after = try #require(try depot.items.get("a"))
        #expect(after != before, "its version is another one")
        #expect(after.fields == before.fields)
        #expect(Set([before, after]).count == 2)
    }

    @Test func `tell a deadline`() async throws {
        let depot = try await Depot.filled("a")
        let before = try #require(try depot.items.get("a"))
        let deadline = depot.clock.now + .seconds(9)
        try await depot.items.setDeadline("a", deadline)
        #expect(try depot.items.get("a") != before)
    }

    @Test func `are identical if no value looks different either`() async throws {
        let depot = try await Depot()
        let (one, other) = (try await depot.shelf("one"), try await depot.shelf("other"))
        let first = try await one.insert(["id": "a", "n": 1])
        let second = try await other.insert(["id": "a", "n": 1.0])
        #expect(first == second)
        #expect(!first.isIdentical(to: second))
        #expect(first.isIdentical(to: try await other.replace("a", with: ["n": 1])) == false)
        #expect(first.isIdentical(to: first))
    }
}
