import Foundation
import StoreCore
import StoreTesting
import Testing

@Suite struct `The identity of a store` {
    private static func forked(_ forks: UInt64...) -> StoreIdentity {
        StoreIdentity(id: "a", forks: forks.map(Position.init))
    }

    private static let forkedTwice = forked(10, 20)

    private func restore(
        _ identity: StoreIdentity, at position: UInt64 = 41, _ options: StoreOption...
    ) async throws -> Store {
        var shelves = Shelves.three
        shelves.position = Position(position)
        shelves.identity = identity
        return try await Store.start(nil, [.loader(shelves)] + options)
    }

    // MARK: A store's

    @Test func `is another one for every store that begins`() async throws {
        let (one, other) = (try await Store.start(), try await Store.start())
        #expect(one.identity != other.identity)
        #expect(one.identity.id != other.identity.id)
    }

    @Test func `begins as 32 hexadecimal digits without a fork`() async throws {
        let identity = try await Store.start().identity
        #expect(identity.id.utf8.count == 32)
        #expect(identity.id.allSatisfy { "0123456789abcdef".contains($0) })
        #expect(identity.forks.isEmpty)
        #expect(identity.incarnation == 0)
    }

    @Test func `takes nothing from the store's generator of identifiers`() async throws {
        let identifiers = SequentialIDGenerator()
        _ = try await Store.start(nil, .identifiers(identifiers))
        #expect(identifiers.uuid() == SequentialIDGenerator().uuid())
    }

    @Test func `is what the configuration says`() async throws {
        let identity = StoreIdentity(id: "a")
        let store = try await Store.start(nil, .identity(identity))
        #expect(store.identity == identity)
    }

    @Test func `is the restored one`() async throws {
        let store = try await restore(Self.forkedTwice, .identity(StoreIdentity(id: "b")))
        #expect(store.identity == Self.forkedTwice)
        #expect(store.identity.incarnation == 2)
    }

    @Test func `is a new one where a loader restores none`() async throws {
        let (one, other) = (try await Shelves.three.start(), try await Shelves.three.start())
        #expect(one.identity.id != other.identity.id)
    }

    // MARK: What no store has

    static let refused: [StoreIdentity] = [
        StoreIdentity(id: ""), forked(20, 10),
        forked(1, 3, 2, 4), forked(42),
        forked(0, .max),
        forked(.max, 0),
    ]

    @Test(arguments: refused) func `is refused if no store has it`(identity: StoreIdentity) async {
        let error = await #expect(throws: DefinitionError.self) { try await restore(identity) }
        #expect(error?.reason == .restoredData)
        #expect(error?.description.hasPrefix("Cannot restore the store: the identity") == true)
    }

    @Test func `is refused if a store that begins is to have forked later`() async {
        let error = await #expect(throws: DefinitionError.self) {
            try await Store.start(nil, .identity(Self.forked(1)))
        }
        #expect(error?.reason == .restoredData)
    }

    @Test(arguments: [forked(0), forked(41), forked(10, 10, 41, 41)])
    func `may have forks up to the restored position, several at one`(
        identity: StoreIdentity
    ) async throws {
        #expect(try await restore(identity).identity == identity)
    }

    // MARK: Forks

    @Test func `counts a fork, and stays the same store's`() {
        let forked = Self.forkedTwice.forked(at: Position(25))
        #expect(forked == Self.forked(10, 20, 25))
        #expect(forked.incarnation == 3)
    }

    @Test func `can be restored after a loss that reaches back beyond earlier forks`() async throws
    {
        let identity = Self.forkedTwice.forked(at: Position(15))
        let store = try await restore(identity, at: 15)
        #expect(store.identity == Self.forked(10, 15, 15))
    }

    static let commits: [(forks: [UInt64], position: UInt64, incarnation: Int, isContained: Bool)] =
        [
            // Without a fork, everything counts.
            ([], 0, 0, true), ([], 1_000, 0, true), ([], .max, 0, true),
            // Up to the fork, both incarnations are one history.
            ([10], 10, 0, true), ([10], 11, 0, false), ([10], 10, 1, true), ([10], 11, 1, true),
            // Forks since then count, those before do not.
            ([10, 20], 10, 0, true), ([10, 20], 11, 0, false), ([10, 20], 20, 1, true),
            ([10, 20], 21, 1, false), ([10, 20], 21, 2, true),
            // Two at one place.
            ([10, 10], 10, 0, true), ([10, 10], 11, 1, false), ([10, 10], 11, 2, true),
            ([0], 0, 0, true), ([0], 1, 0, false),
            // By hand, in an order that no store leaves.
            ([20, 10], 15, 0, false), ([20, 10], 15, 1, false), ([20, 10], 15, 2, true),
            // Incarnations that never were.
            ([], 1, 1, false), ([], 1, -1, false), ([10, 20], 0, 3, false),
            ([10, 20], 0, -1, false), ([10], 1, .max, false), ([10], 1, .min, false),
        ]

    @Test(arguments: commits) func `tells which commits are still part of it`(
        commit: (forks: [UInt64], position: UInt64, incarnation: Int, isContained: Bool)
    ) {
        let identity = StoreIdentity(id: "a", forks: commit.forks.map(Position.init))
        let position = Position(commit.position)
        #expect(identity.contains(position, in: commit.incarnation) == commit.isContained)
    }

    /// Forks that reach back say the same as the plain list of positions would.
    @Test(arguments: 0...3, [0, 9, 10, 14, 15, 16, 20, 21].map(Position.init))
    func `forgets nothing that matters when a later loss reaches back`(
        incarnation: Int, position: Position
    ) {
        let plain = Self.forked(10, 20, 15)
        let forked = Self.forkedTwice.forked(at: Position(15))
        #expect(
            forked.contains(position, in: incarnation) == plain.contains(position, in: incarnation))
    }

    // MARK: Coding

    @Test func `is written as an id and the positions of its forks`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(Self.forkedTwice)
        #expect(String(decoding: data, as: UTF8.self) == #"{"forks":[10,20],"id":"a"}"#)
        #expect(try JSONDecoder().decode(StoreIdentity.self, from: data) == Self.forkedTwice)
    }

    @Test(arguments: [
        "{}", "[]", #"{"id":"a"}"#, #"{"id":1,"forks":[]}"#, #"{"id":"a","forks":[-1]}"#,
        #"{"id":"a","forks":[1.5]}"#, #"{"id":"a","forks":[18446744073709551616]}"#,
        #"{"id":"a","forks":null}"#,
    ]) func `is not read from what is none`(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(StoreIdentity.self, from: Data(json.utf8))
        }
    }

    @Test func `can be asked whatever it was read from`() throws {
        let json = #"{"id":"","forks":[18446744073709551615,0]}"#
        let identity = try JSONDecoder().decode(StoreIdentity.self, from: Data(json.utf8))
        #expect(!identity.contains(Position(1), in: 0))
        #expect(identity.contains(Position(.max), in: 2))
        #expect(identity.forked(at: Position(.max)).incarnation == 3)
    }
}

extension StoreOption {
    fileprivate static func identity(_ identity: StoreIdentity) -> StoreOption {
        StoreOption { $0.identity = identity }
    }
}
