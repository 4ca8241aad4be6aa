import StoreCore
import StoreTesting
import Testing

@Suite struct `Read sets in detail` {
    typealias Read = @Sendable (any StoreReader) throws -> String
    typealias Write = @Sendable (DynamicBucket) async throws -> Void

    /// Whether a read of the seven people is concerned by what is done to them.
    private func isConcerned(
        _ read: Read, _ indexes: [IndexDefinition] = ["score"], by write: Write
    ) async throws -> Bool {
        let people = try await People.seven(indexes: indexes)
        let observer = RecordingObserver()
        let (_, snapshot) = try await people.store.attach(observer)
        let recorder = ReadRecorder()
        let before = try read(people.bucket.tracked(by: recorder))
        try await write(people.bucket)
        let isConcerned = observer.commits.contains { recorder.readSet.intersects($0) }
        let difference = snapshot.difference(to: try people.store.snapshot())
        #expect(isConcerned == difference.contains { recorder.readSet.intersects($0) })
        if try read(people.bucket) != before { #expect(isConcerned) }
        return isConcerned
    }

    /// Reads of a part of the people in the order of their scores, of fields other than the score.
    static let windowed: [Read] = [
        { "\(try $0.order(by: "score").limit(1).sum("age"))" },
        { "\(String(describing: try $0.order(by: "score").limit(3).avg("age")))" },
        { "\(String(describing: try $0.order(by: "score").limit(3).min("age")))" },
        { "\(String(describing: try $0.order(by: "score").offset(3).max("age")))" },
        { "\(try $0.order(by: "score", .descending).limit(2).distinct("name"))" },
        { "\(try $0.order(by: "score").limit(2).groupBy("role").count())" },
        { "\(try $0.where(.field("age") > 17).order(by: "score").limit(2).sum("age"))" },
        {
            let some = Predicate.field("id").isIn([1, 5])
            return "\(try $0.where(some).order(by: "score").limit(1).sum("age"))"
        },
    ]

    @Test func `names that are equal to a reader and not in their bytes are two fields`()
        async throws
    {
        let (one, other) = ("caf\u{e9}", "cafe\u{301}")
        let store = try await Store.start("names")
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: BucketSchema([
                .init(name: "id", column: .string), .init(name: one, column: .integer),
                .init(name: other, column: .integer),
            ]))
        try await bucket.insert(["id": "a", one: 1, other: 2])
        let snapshot = try store.snapshot()
        let recorder = ReadRecorder()
        let reader = try snapshot.bucket("b").tracked(by: recorder)
        _ = try reader.sum(one)
        _ = try reader.sum(other)
        try await bucket.update("a", [other: 77])
        await #expect(throws: ConflictError.self) {
            try await store.commit(
                WriteBatch(), requiring: [.unchanged(recorder.readSet, since: snapshot)])
        }
    }

    @Test(
        arguments: [
            { _ = try $0.where(.field("x").hasPrefix($1)).count() },
            { _ = try $0.where(.field("x").hasPrefix($1, ignoringCase: true)).count() },
            { _ = try $0.where(.field("x").equals($1, ignoringCase: true)).count() },
            { _ = try $0.order(by: $1).first() },
            { _ = try $0.order(by: "in.\($1)").first() },
        ] as [@Sendable (TrackedReader, String) throws -> Void])
    func `texts that are equal to a reader and not in their bytes are two reads`(
        read: @Sendable (TrackedReader, String) throws -> Void
    ) async throws {
        let (one, other) = ("\u{E9}", "e\u{301}")
        let bucket = try await Store.start().defineBucket(
            "b", key: "id", schema: ["id": .integer, "x": .string])
        try await bucket.insert([
            "id": 1, one: 5, other: 5, "in": .object([one: 5, other: 5]),
        ])
        let observer = RecordingObserver()
        _ = try await bucket.store.attach(observer)
        let recorder = ReadRecorder()
        try read(bucket.tracked(by: recorder), one)
        try read(bucket.tracked(by: recorder), other)
        try await bucket.insert([
            "id": 2, "x": .string(other), one: 9, other: 1, "in": .object([one: 9, other: 1]),
        ])
        #expect(recorder.readSet.intersects(observer.commits[0]))
    }

    @Test(arguments: windowed.indices) func `of a part are concerned by what decides which part`(
        number: Int
    ) async throws {
        let read = Self.windowed[number]
        for indexes in [[], ["score"], ["age"]] as [[IndexDefinition]] {
            #expect(try await isConcerned(read, indexes) { try await $0.update(1, ["score": -9]) })
            #expect(try await isConcerned(read, indexes) { try await $0.update(5, ["score": 9]) })
            #expect(try await !isConcerned(read, indexes) { try await $0.update(1, ["nick": "a"]) })
        }
    }

    @Test func `of how many there are in a part are not concerned by their order`() async throws {
        for read in [
            { "\(try $0.order(by: "score").limit(3).count())" },
            { "\(try $0.order(by: "score").offset(3).exists())" },
        ] as [Read] {
            #expect(try await !isConcerned(read) { try await $0.update(1, ["score": -9]) })
            #expect(try await isConcerned(read) { try await $0.delete(1) })
        }
    }

    /// With one person, the least and the greatest age are in one record, and both end there.
    @Test func `of both ends are concerned by what comes after either`() async throws {
        for age in [17, 19] {
            let people = try await People(indexes: ["age"])
            try await people.bucket.insert(["id": 1, "age": 18])
            let observer = RecordingObserver()
            _ = try await people.store.attach(observer)
            let recorder = ReadRecorder()
            let reader = people.bucket.tracked(by: recorder)
            #expect(try reader.min("age") == reader.max("age"))
            #expect(try reader.order(by: "age").first()?.key == 1)
            #expect(try reader.order(by: "age", .descending).first()?.key == 1)
            try await people.bucket.insert(["id": 2, "age": .integer(Int64(age))])
            #expect(observer.commits.allSatisfy { recorder.readSet.intersects($0) })
        }
    }

    @Test(arguments: ["_version", "_updatedAt"])
    func `of metadata are concerned by every update`(field: String) async throws {
        for read in [
            { "\(try $0.where(["role": "user"]).distinct(field))" },
            { "\(try $0.sum(field))" },
            { "\(String(describing: try $0.max(field)))" },
            { "\(try $0.groupBy(field).count())" },
        ] as [Read] {
            #expect(try await isConcerned(read) { try await $0.update(2, ["nick": "b"]) })
        }
    }

    /// The record is stored until it is swept, but nobody sees it any more.
    @Test func `are concerned by a deadline that has passed when it is set`() async throws {
        for read in [
            { "\(try $0.count())" }, { "\(try $0.contains(2))" }, { "\(try $0.sum("age"))" },
            { "\(try $0.where(["role": "user"]).count())" },
        ] as [Read] {
            #expect(
                try await isConcerned(read) {
                    try await $0.setDeadline(2, Timestamp(microseconds: 0))
                })
            #expect(try await !isConcerned(read) { try await $0.setDeadline(2, .distantFuture) })
        }
    }

    /// A double that becomes the equal integer makes a sum of integers out of one of doubles.
    @Test func `are concerned by a number that changes its representation`() async throws {
        for read in [
            { "\(try $0.sum("score"))" }, { "\(try $0.distinct("score"))" },
        ] as [Read] {
            #expect(try await isConcerned(read) { try await $0.update(2, ["score": 2]) })
            #expect(try await !isConcerned(read) { try await $0.update(2, ["score": 2.0]) })
        }
        // Of those that have the greatest, the first record says how it is spelt.
        let greatest = { "\(String(describing: try $0.max("score")))" } as Read
        #expect(try await isConcerned(greatest) { try await $0.update(1, ["score": 2.0]) })
        #expect(try await !isConcerned(greatest) { try await $0.update(1, ["score": 2]) })
        let address = { "\(try $0.distinct("address"))" } as Read
        #expect(
            try await isConcerned(address) {
                try await $0.update(7, ["address": ["geo": ["zone": 3], "city": "Bern"]])
            })
        #expect(
            try await isConcerned(address) {
                try await $0.update(7, ["address": ["city": "Bern", "geo": ["zone": 3.0]]])
            })
    }
}
