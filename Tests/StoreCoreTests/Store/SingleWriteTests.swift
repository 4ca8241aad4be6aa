import StoreCore
import StoreTesting
import Testing

/// One operation on one record may be carried out in several ways inside; nobody can tell.
@Suite struct `One operation on one record` {
    /// Which ways there are: what a bucket or a store has decides.
    enum Kind: String, CaseIterable, Sendable {
        case plain, unique, reviewed, gated
    }

    private static func run(_ kind: Kind) async throws -> [String] {
        let clock = ManualClock()
        let options: [StoreOption] = kind == .gated ? [.gate(ShutterGate())] : []
        let store = try await Store.start("single", [.clock(clock)] + options)
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: [
                "id": .string, "code": .string(unique: kind == .unique),
                "n": .integer(range: ...100),
                "m": .integer,
            ],
            indexes: ["n"], kind == .reviewed ? [.policy { _ in [] }] : [])
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        let pin = try store.lazyPin()
        var lines: [String] = []
        for step in steps {
            clock.advance(by: .seconds(1))
            do {
                lines.append(try await step(bucket, clock.now))
            } catch {
                lines.append("\(error)")
            }
            lines.append("\(store.position) \(try bucket.storedCount()) \(pin.isPinned)")
        }
        for commit in observer.commits {
            lines.append("\(commit.position) \(commit.timestamp)")
            for change in commit.records {
                lines.append("\(change.kind) \(change.reason) \(change.key)")
                lines.append(
                    "  \(change.old.map(describe) ?? "-") → \(change.new.map(describe) ?? "-")")
            }
        }
        let kept = try await store.history.commits(after: .start, limit: .max)
        lines.append(kept.map { "\($0.position)" }.joined(separator: " "))
        lines.append("\(try pin.snapshot().position)")
        lines.append("\(try bucket.order(by: "n").all().map(describe))")
        return lines
    }

    private static func describe(_ record: Record) -> String {
        "\(record) \(record.createdAt) \(record.updatedAt) \(record.expiresAt?.iso8601 ?? "never")"
    }

    private static let steps: [@Sendable (DynamicBucket, Timestamp) async throws -> String] = [
        { bucket, _ in describe(try await bucket.insert(["id": "a", "n": 1, "extra": true])) },
        { bucket, now in
            describe(
                try await bucket.insert(["id": "b", "code": "x"], expiresAt: now + .seconds(12)))
        },
        { bucket, _ in describe(try await bucket.insert(["id": "a"])) },
        { bucket, _ in describe(try await bucket.insert(["id": "c", "n": 101])) },
        { bucket, _ in describe(try await bucket.update("a", ["n": 2])) },
        { bucket, _ in describe(try await bucket.update("a", ["n": 2])) },
        { bucket, _ in describe(try await bucket.update("a", ["n": 3], ifVersion: 3)) },
        { bucket, _ in describe(try await bucket.update("a", ["n": 4], ifVersion: 3)) },
        { bucket, _ in describe(try await bucket.update("missing", ["n": 4])) },
        { bucket, _ in describe(try await bucket.update("a", ["id": "z"])) },
        { bucket, _ in describe(try await bucket.update("b") { $0["m"] = 5 }) },
        { bucket, _ in describe(try await bucket.increment("a", "n", by: 90)) },
        { bucket, _ in describe(try await bucket.increment("a", "n", by: 90)) },
        { bucket, _ in describe(try await bucket.update("b", ["m": 6])) },
        { bucket, _ in "\(try await bucket.delete("b"))" },
        { bucket, _ in describe(try await bucket.insert(["id": "b", "code": "y"])) },
        { bucket, _ in describe(try await bucket.upsert(["id": "b", "n": 7])) },
        { bucket, _ in "\(try await bucket.delete("b", ifVersion: 1))" },
        { bucket, _ in "\(try await bucket.delete("b", ifVersion: 2))" },
        { bucket, _ in "\(try await bucket.delete("b"))" },
        { bucket, _ in "\(try await bucket.delete("b", ifVersion: 2))" },
        { bucket, now in describe(try await bucket.setDeadline("a", now)) },
        { bucket, _ in describe(try await bucket.replace("a", with: [:])) },
        { bucket, _ in describe(try await bucket.insert(["id": "a", "n": 9])) },
    ]

    @Test(arguments: Kind.allCases.dropFirst())
    func `looks the same whatever else has a say`(kind: Kind) async throws {
        let (plain, other) = (try await Self.run(.plain), try await Self.run(kind))
        for (one, other) in zip(plain, other) { #expect(one == other) }
        #expect(plain.count == other.count)
    }

    @Test func `and is what it should be`() async throws {
        let lines = try await Self.run(.plain)
        #expect(lines.contains { $0.hasPrefix("b/\"a\" v1 ") })
        #expect(lines.filter { $0.hasPrefix("updated user \"a\"") }.count == 4)
        #expect(lines.contains("deleted expired \"b\""))
        #expect(lines.contains("deleted expired \"a\""))
        #expect(lines.contains("updated touched \"a\""))
    }
}
