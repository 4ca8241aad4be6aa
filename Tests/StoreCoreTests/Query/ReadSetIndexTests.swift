import StoreTesting
import Testing

@testable import StoreCore

@Suite struct `Read set indexes` {
    typealias Read = @Sendable (TrackedReader) throws -> Void

    /// What is told of the commits of one write: `id: meeting` by id.
    private func told(
        _ reads: [Read], _ observer: RecordingObserver = RecordingObserver(),
        by write: (DynamicBucket) async throws -> Void
    ) async throws -> (ids: Set<UInt64>, meetings: [String], examined: Int) {
        let people = try await People.seven(indexes: ["role"])
        _ = try await people.store.attach(observer)
        let index = ReadSetIndex()
        for (id, read) in reads.enumerated() {
            let recorder = ReadRecorder()
            try read(people.bucket.tracked(by: recorder))
            index.insert(recorder.readSet, as: UInt64(id))
        }
        try await write(people.bucket)
        var ids: Set<UInt64> = []
        var meetings: [String] = []
        for commit in observer.commits {
            index.forEachMeeting(commit) { id, meeting in
                ids.insert(id)
                meetings.append("\(meeting)")
            }
        }
        return (ids, meetings, index.examined)
    }

    /// A read that an insertion concerns, one like it that it does not, and how many of the two are asked.
    struct Pair: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let near: Predicate
        let far: Predicate
        var asked = 1

        init(_ name: String, _ near: Predicate, _ far: Predicate, asked: Int = 1) {
            testDescription = name
            self.near = near
            self.far = far
            self.asked = asked
        }
    }

    static let pairs: [Pair] = [
        Pair("equal", .field("role") == "cook", .field("role") == "user"),
        Pair("equal numbers", .field("age") == 30.0, .field("age") == 30.5),
        Pair("null", .field("email").isNull, .field("name").isNull),
        Pair("fields", Predicate(["role": "cook"]), Predicate(["role": "user"])),
        Pair("less", .field("age") < 31, .field("age") < 30),
        Pair("greater", .field("age") > 29, .field("age") > 30),
        Pair("not less", .field("age") >= 30, .field("age") >= 31),
        Pair("of another kind", .field("nick") < 3, .field("nick") < "z"),
        Pair("between", .field("age").between(30, 40), .field("age").between(31, 40)),
        Pair(
            "two bounds", .field("age") >= 30 && .field("age") < 31,
            .field("age") > 10 && .field("age") < 30),
        Pair("prefix", .field("name").hasPrefix("Zo"), .field("name").hasPrefix("Zp")),
        Pair("prefix of the last", .field("tag").hasPrefix("\u{10FFFF}"), .field("tag") < "a"),
        Pair("empty prefix", .field("name").hasPrefix(""), .field("nick").hasPrefix("")),
        Pair(
            "folded", .field("name").equals("ZOË", ignoringCase: true),
            .field("name").equals("Zoe", ignoringCase: true)),
        Pair(
            "folded prefix", .field("name").hasPrefix("zO", ignoringCase: true),
            .field("name").hasPrefix("oz", ignoringCase: true)),
        Pair("any of", .field("age").isIn([1, 30, 60]), .field("age").isIn([1, 29, 60])),
        Pair(
            "any of many", .field("age").isIn(Array(0..<100)),
            .field("age").isIn(Array(100..<200))),
        Pair(
            "either", .field("age") == 1 || .field("role") == "cook",
            .field("age") == 1 || .field("role") == "user"),
        Pair("path", .field("address.city") == "Rome", .field("address.city") == "Bern"),
        Pair("metadata", .field("_version") == 1, .field("_version") > 1),
        Pair(
            "the narrower of two", .field("role") == "cook" && .field("age") != 3,
            .field("role") == "user" && .field("age") == 30),
        Pair("never", .field("age") == 30, .field("age").between(40, 20)),
        Pair("not equal", .field("age") != 31, .field("age") != 30, asked: 2),
        Pair("not", !(.field("age") < 30), !(.field("age") < 31), asked: 2),
        Pair("contains", .field("name").contains("o"), .field("name").contains("x"), asked: 2),
        Pair(
            "either of which one says nothing", .field("age") == 30 || .field("role") != nil,
            .field("age") == 1 || .field("role").contains("x"), asked: 2),
    ]

    static let cook: Fields = [
        "id": 30, "name": "Zoë", "role": "cook", "age": 30, "nick": 2, "tag": "\u{10FFFF}a",
        "address": ["city": "Rome"],
    ]

    @Test(arguments: pairs) func `ask those whom the value of a field leads to`(
        pair: Pair
    ) async throws {
        let (ids, _, examined) = try await told([
            { _ = try $0.where(pair.near).all() }, { _ = try $0.where(pair.far).all() },
        ]) { try await $0.insert(Self.cook) }
        #expect(ids == [0])
        #expect(examined == pair.asked)
    }

    @Test func `ask both images of a record`() async throws {
        let reads: [Read] = [
            { _ = try $0.where(["role": "user"]).count() },
            { _ = try $0.where(["role": "cook"]).count() },
            { _ = try $0.where(["role": "admin"]).count() },
        ]
        let (ids, _, examined) = try await told(reads) { try await $0.update(2, ["role": "cook"]) }
        #expect(ids == [0, 1])
        #expect(examined == 2)
    }

    @Test func `lead a window's reader past what cannot reach into it`() async throws {
        let top: Read = { _ = try $0.order(by: "age", .descending).limit(2).all() }
        let bottom: Read = { _ = try $0.order(by: "name", ignoringCase: true).limit(2).all() }
        let low = try await told([top, bottom]) {
            try await $0.insert(["id": 9, "age": 43, "name": "Zoë"])
        }
        #expect(low.ids.isEmpty && low.examined == 0)
        let high = try await told([top, bottom]) {
            try await $0.insert(["id": 9, "age": 45, "name": "Zoë"])
        }
        #expect(high.ids == [0] && high.examined == 1)
        let early = try await told([top, bottom]) { try await $0.insert(["id": 9, "name": "alf"]) }
        #expect(early.ids == [1] && early.examined == 1)
    }

    @Test func `know keys and whole buckets by the fields that were read`() async throws {
        let reads: [Read] = [
            { _ = try $0.get(1) }, { _ = try $0.contains(1) }, { _ = try $0.get(2) },
            { _ = try $0.all() }, { _ = try $0.count() }, { _ = try $0.sum("score") },
        ]
        let (ids, _, examined) = try await told(reads) { try await $0.update(1, ["name": "Alix"]) }
        #expect(ids == [0, 3])
        #expect(examined == 5)
    }

    @Test func `tell everyone whom it may concern when it is not known what a record was`()
        async throws
    {
        let reads: [Read] = [
            { _ = try $0.where(["role": "user"]).all() }, { _ = try $0.get(1) },
            { _ = try $0.where(.field("age") > 90).count() }, { _ = try $0.get(2) },
        ]
        let (ids, meetings, _) = try await told(reads, RecordingObserver(.all)) {
            try await $0.update(1, ["name": "Alix"])
        }
        #expect(ids == [0, 1, 2])
        #expect(meetings.contains("people/1 was updated, and it was read by its key"))
        #expect(
            meetings.contains(
                "people/1 was updated, and the range of what satisfies age > 90 was read; "
                    + "what the record was before is not known"))
    }

    @Test func `tell of the first change that is met`() async throws {
        let (_, meetings, _) = try await told([{ _ = try $0.where(["role": "user"]).all() }]) {
            try await $0.insertMany([
                ["id": 8, "role": "cook"], ["id": 9, "role": "user"], ["id": 10, "role": "user"],
            ])
        }
        #expect(
            meetings == [
                "people/9 was inserted, and the range of what satisfies role == \"user\" was read"
            ])
    }

    @Test func `tell all readers of a bucket that its definition has changed`() async throws {
        let people = try await People.seven()
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        let other = try await people.store.defineBucket("o", key: "id", schema: ["id": .integer])
        let recorder = ReadRecorder()
        _ = try people.bucket.tracked(by: recorder).where(.field("age") > 90).count()
        let stranger = ReadRecorder()
        _ = try other.tracked(by: stranger).all()
        let index = ReadSetIndex()
        index.insert(recorder.readSet, as: 1)
        index.insert(stranger.readSet, as: 2)
        observer.reset()
        try await people.store.updateBucket("people", adding: ["size": .integer])
        var told: [UInt64: String] = [:]
        for commit in observer.commits {
            index.forEachMeeting(commit) { told[$0] = "\($1)" }
        }
        let name = people.bucket.reference
        #expect(told == [1: "the definition of \(name) has changed"])
    }

    @Test func `say which buckets and old images matter to those who are there`() async throws {
        let people = try await People.seven()
        let index = ReadSetIndex()
        #expect(index.interest.buckets == [])
        let keys = ReadRecorder()
        _ = try people.bucket.tracked(by: keys).get(1)
        index.insert(keys.readSet, as: 1)
        #expect(index.interest.buckets == ["people"])
        #expect(!index.interest.needsOldImages)
        let ranges = ReadRecorder()
        _ = try people.bucket.tracked(by: ranges).where(["role": "user"]).all()
        index.insert(ranges.readSet, as: 2)
        #expect(index.interest.needsOldImages)
        #expect(index.interest.bucketsWithOldImages == ["people"])
        index.insert(keys.readSet, as: 2)
        #expect(!index.interest.needsOldImages)
        // Who asks for them gets them, needed or not.
        index.insert(keys.readSet, as: 2, needsOldImages: true)
        #expect(index.interest.bucketsWithOldImages == ["people"])
        index.remove(1)
        #expect(index.interest.needsOldImages)
        index.remove(2)
        #expect(!index.interest.needsOldImages)
        #expect(index.interest.buckets == [])
    }

    @Test func `may be changed by who is told`() async throws {
        let people = try await People.seven()
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        let recorder = ReadRecorder()
        _ = try people.bucket.tracked(by: recorder).get(1)
        let index = ReadSetIndex()
        for id in 1...3 as ClosedRange<UInt64> { index.insert(recorder.readSet, as: id) }
        try await people.bucket.update(1, ["age": 45])
        var told: [UInt64] = []
        for commit in observer.commits {
            index.forEachMeeting(commit) { id, _ in
                told.append(id)
                index.remove(id)
                index.insert(recorder.readSet, as: id + 10)
            }
        }
        #expect(told.sorted() == [1, 2, 3])
        #expect(index.count == 3)
    }
}
