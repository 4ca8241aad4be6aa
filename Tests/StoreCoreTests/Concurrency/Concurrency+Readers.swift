import StoreCore
import Testing

extension Concurrency {
    @Suite struct Readers {
        static let writers = 3
        static let rounds = 80

        private func churn(_ bank: Bank) async throws {
            try await Crowd.writing(Self.writers, rounds: Self.rounds) { number, round, random in
                try await bank.churn(number, round, &random)
            }
        }

        @Test func `every snapshot shows whole commits, and positions never go back`() async throws
        {
            let bank = try await Bank()
            let seen = Guarded([Int: Position]())
            try await Crowd.watching(3) { number, _ in
                let snapshot = try bank.store.snapshot()
                let before = seen.withLock { $0.updateValue(snapshot.position, forKey: number) }
                #expect(snapshot.position >= before ?? .start)
                #expect(bank.store.position >= snapshot.position)
                try Bank.check(snapshot)
            } while: {
                try await churn(bank)
            }
        }

        @Test func `every query through a handle sees one position`() async throws {
            let bank = try await Bank()
            try await Crowd.watching(3) { _, _ in
                try bank.checkThroughHandles()
            } while: {
                try await churn(bank)
            }
        }

        @Test func `a point read sees whole records that only grow older`() async throws {
            let bank = try await Bank()
            try await Crowd.watching(3) { _, random in
                let id = Int.random(in: 0..<Bank.accounts, using: &random)
                let before = try #require(try bank.left.get(id))
                let after = try #require(try bank.left.get(id))
                #expect(after.version >= before.version)
                #expect(after.version > before.version || after == before)
                #expect(after.key == Key(.integer(Int64(id))))
            } while: {
                try await churn(bank)
            }
        }

        @Test func `snapshots that are held stay as they were, whoever drops them last`()
            async throws
        {
            let bank = try await Bank()
            let shelf = SnapshotShelf(places: 8)
            try await Crowd.watching(4) { _, random in
                let place = Int.random(in: 0..<8, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: withExtendedLifetime(shelf.exchange(place, try bank.store.snapshot())) {}
                case 1: if let held = shelf.exchange(place, nil) { try Bank.check(held) }
                default: if let held = shelf.look(place) { try Bank.check(held) }
                }
            } while: {
                try await churn(bank)
            }
        }

        @Test func `the difference between two snapshots holds whole commits`() async throws {
            let bank = try await Bank()
            let shelf = SnapshotShelf(places: 4)
            try await Crowd.watching(3) { number, random in
                let now = try bank.store.snapshot()
                guard let then = shelf.exchange(Int.random(in: 0..<4, using: &random), now) else {
                    return
                }
                #expect(Bank.imbalance(then.difference(to: now)) == 0)
                #expect(Bank.imbalance(now.difference(to: then)) == 0)
            } while: {
                try await churn(bank)
            }
        }

        @Test func `nothing is held once all snapshots are gone`() async throws {
            let bank = try await Bank()
            try await Crowd.watching(2) { _, _ in
                try Bank.check(try bank.store.snapshot())
            } while: {
                try await churn(bank)
            }
            let figures = try bank.store.stats().snapshots
            #expect(figures.positions == 0)
            #expect(figures.oldest == nil)
            #expect(figures.pinnedBytes == 0)
        }
    }
}
