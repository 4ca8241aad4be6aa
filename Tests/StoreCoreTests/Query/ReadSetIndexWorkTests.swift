import StoreTesting
import Testing

@testable import StoreCore

/// One change finds whom it concerns among ten thousand as among a hundred.
///
/// Counted, not timed.
@Suite struct `Counted work of read set indexes` {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case key, equality, range, bounds, prefix, choice

        var testDescription: String { rawValue }

        /// What number `number` reads, and nobody else.
        func read(_ number: Int, _ reader: TrackedReader) throws {
            switch self {
            case .key: _ = try reader.get(number)
            case .equality: _ = try reader.where(.field("name") == "name \(number)").all()
            case .range:
                _ = try reader.where(.field("age").between(number * 10, number * 10 + 9)).all()
            case .bounds:
                _ = try reader.where(
                    .field("age") >= number * 10 && .field("age") < number * 10 + 10
                        && .field("role") != "guest"
                ).all()
            case .prefix: _ = try reader.where(.field("name").hasPrefix("name \(number)")).all()
            case .choice:
                _ = try reader.where(
                    .field("name") == "name \(number)" || .field("age") == -number
                ).all()
            }
        }
    }

    /// How often somebody is asked about an insertion and an update, of whom `count` have read.
    private func examined(_ kind: Kind, among count: Int) async throws -> [Int] {
        let people = try await People(indexes: ["age"])
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        let index = ReadSetIndex()
        for number in 10..<count + 10 {
            let recorder = ReadRecorder()
            try kind.read(number * 10, people.bucket.tracked(by: recorder))
            index.insert(recorder.readSet, as: UInt64(number))
        }
        observer.reset()
        try await people.bucket.insert(["id": 500, "name": "name 500", "age": 5_005])
        try await people.bucket.update(500, ["role": "user"])
        return observer.commits.map { commit in
            let before = index.examined
            var told: [UInt64] = []
            index.forEachMeeting(commit) { id, _ in told.append(id) }
            #expect(told == [50])
            return index.examined - before
        }
    }

    @Test(arguments: Kind.allCases) func `is flat`(kind: Kind) async throws {
        #expect(try await examined(kind, among: 100) == [1, 1])
        #expect(try await examined(kind, among: 1_000) == [1, 1])
        #expect(try await examined(kind, among: 10_000) == [1, 1])
    }

    @Test(arguments: [100, 1_000, 10_000])
    func `is flat where each has read one page`(count: Int) async throws {
        let people = try await People.many(count, indexes: ["age"])
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        let index = ReadSetIndex()
        var cursor: Cursor?
        for id in 0..<UInt64(count) {
            let recorder = ReadRecorder()
            let page = try people.bucket.tracked(by: recorder).order(by: "age")
                .page(after: cursor, limit: 1)
            index.insert(recorder.readSet, as: id)
            cursor = page.nextCursor
        }
        try await people.bucket.update(51, ["role": "cook"])
        var told: Set<UInt64> = []
        for commit in observer.commits { index.forEachMeeting(commit) { id, _ in told.insert(id) } }
        // Its page, and the one before, which has seen that more follows; the page after begins with its place.
        #expect(told == [49, 50])
        #expect(index.examined == 3)
    }

    @Test func `of bulk commits ends when everyone is told`() async throws {
        let people = try await People()
        let observer = RecordingObserver(.all)
        try await people.bucket.insertMany((0..<500).map { ["id": .integer(Int64($0))] })
        _ = try await people.store.attach(observer)
        let index = ReadSetIndex()
        for id in 0..<100 as Swift.Range<UInt64> {
            let recorder = ReadRecorder()
            _ = try people.bucket.tracked(by: recorder).where(.field("age") > Int(id)).all()
            index.insert(recorder.readSet, as: id)
        }
        try await people.bucket.updateMany(where: .all, ["age": 5])
        for commit in observer.commits { index.forEachMeeting(commit) { _, _ in } }
        #expect(index.examined == 100)
    }
}
