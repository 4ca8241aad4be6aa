import StoreCore
import StoreTesting
import Testing

/// What is done to the seven people after something was read of them.
enum Deed: String, Sendable, CaseIterable {
    case renameAlice, ageBob, promoteBob, insertUser, insertAdmin, insertOther, deleteCarl, deleteBo
    case clear, touchOtherBucket
}

@Suite struct `Read sets` {
    /// Which deeds concern a reader who has read with `read`.
    private func alarms(
        _ indexes: [IndexDefinition] = ["role", "age"], _ read: (TrackedReader) throws -> Void
    ) async throws -> Set<Deed> {
        var alarms: Set<Deed> = []
        for deed in Deed.allCases {
            let people = try await People.seven(indexes: indexes)
            let other = try await people.store.defineBucket(
                "other", key: "id", schema: ["id": .integer])
            let observer = RecordingObserver()
            let (_, snapshot) = try await people.store.attach(observer)
            let recorder = ReadRecorder()
            try read(people.bucket.tracked(by: recorder))
            try await perform(deed, people.bucket, other)
            let concerns = observer.commits.contains { recorder.readSet.intersects($0) }
            let difference = snapshot.difference(to: try people.store.snapshot())
            #expect(concerns == difference.contains { recorder.readSet.intersects($0) })
            if concerns { alarms.insert(deed) }
        }
        return alarms
    }

    private func perform(_ deed: Deed, _ people: DynamicBucket, _ other: DynamicBucket) async throws
    {
        switch deed {
        case .renameAlice: try await people.update(1, ["name": "Alix"])
        case .ageBob: try await people.update(2, ["age": 19])
        case .promoteBob: try await people.update(2, ["role": "admin"])
        case .insertUser: try await people.insert(["id": 8, "role": "user", "age": 70])
        case .insertAdmin: try await people.insert(["id": 9, "role": "admin", "age": 1])
        case .insertOther: try await people.insert(["id": 10])
        case .deleteCarl: try await people.delete(3)
        case .deleteBo: try await people.delete(5)
        case .clear: try await people.clear()
        case .touchOtherBucket: try await other.insert(["id": 1])
        }
    }

    static let inserts: Set<Deed> = [.insertUser, .insertAdmin, .insertOther]
    static let all = Set(Deed.allCases).subtracting([.touchOtherBucket])

    @Test func `of nothing are never concerned`() async throws {
        #expect(try await alarms { _ in }.isEmpty)
        #expect(try await alarms { _ = try $0.where(.none).all() }.isEmpty)
    }

    @Test func `of a key are concerned by that key, there or not`() async throws {
        #expect(try await alarms { _ = try $0.get(1) } == [.renameAlice, .clear])
        #expect(try await alarms { _ = try $0.get(8) } == [.insertUser])
        #expect(try await alarms { _ = try $0.where(["id": 8]).first() } == [.insertUser])
        #expect(try await alarms { _ = try $0.contains(1) } == [.clear])
        #expect(try await alarms { _ = try $0.contains(8) } == [.insertUser])
    }

    @Test func `of a range are concerned by what enters, leaves or changes in it`() async throws {
        #expect(
            try await alarms { _ = try $0.where(["role": "user"]).all() } == [
                .ageBob, .promoteBob, .insertUser, .clear,
            ])
        #expect(
            try await alarms { _ = try $0.where(.field("age") >= 60).all() } == [
                .insertUser, .deleteBo, .clear,
            ])
        #expect(
            try await alarms([]) { _ = try $0.where(.field("age") >= 60).all() } == [
                .insertUser, .deleteBo, .clear,
            ])
    }

    @Test func `of a count are concerned by membership alone`() async throws {
        #expect(
            try await alarms { _ = try $0.where(["role": "user"]).count() } == [
                .promoteBob, .insertUser, .clear,
            ])
        #expect(
            try await alarms { _ = try $0.count() }
                == Self.inserts.union([.deleteCarl, .deleteBo, .clear]))
    }

    @Test func `of an aggregate are concerned by its field`() async throws {
        #expect(
            try await alarms { _ = try $0.where(["role": "user"]).sum("age") } == [
                .ageBob, .promoteBob, .insertUser, .clear,
            ])
        #expect(
            try await alarms { _ = try $0.where(["role": "user"]).sum("score") } == [
                .promoteBob, .insertUser, .clear,
            ])
        #expect(
            try await alarms { _ = try $0.groupBy("role").count() }
                == Self.inserts.union([.promoteBob, .deleteCarl, .deleteBo, .clear]))
    }

    @Test func `of the first few end with the last of them`() async throws {
        #expect(try await alarms { _ = try $0.first(2) } == [.renameAlice, .clear])
        #expect(
            try await alarms { _ = try $0.order(by: "age", .descending).limit(2).all() } == [
                .renameAlice, .insertUser, .deleteBo, .clear,
            ])
        #expect(try await alarms { _ = try $0.max("age") } == [.insertUser, .deleteBo, .clear])
        #expect(
            try await alarms { _ = try $0.last(2) }
                == Self.inserts.union([.deleteCarl, .deleteBo, .clear])
        )
    }

    @Test
    func `of a page begin after the cursor and end with the record that shows that more follow`()
        async throws
    {
        #expect(
            try await alarms { _ = try $0.page(limit: 3) } == [
                .renameAlice, .ageBob, .promoteBob, .clear,
            ])
        let people = try await People.seven()
        let cursor = try people.bucket.page(limit: 3).nextCursor
        #expect(
            try await alarms { _ = try $0.page(after: cursor, limit: 2) } == [
                .ageBob, .promoteBob, .deleteCarl, .clear,
            ])
        let last = try people.bucket.page(before: nil, limit: 3).previousCursor
        #expect(
            try await alarms { _ = try $0.page(before: last, limit: 1) } == [
                .ageBob, .promoteBob, .clear,
            ])
    }

    @Test func `of code that nobody can look into are concerned by everything`() async throws {
        #expect(try await alarms { _ = try $0.where(.matching { _ in false }).all() } == Self.all)
        #expect(try await alarms { _ = try $0.all() } == Self.all)
    }

    @Test func `without old images are rather concerned than not`() async throws {
        let people = try await People.seven()
        let observer = RecordingObserver(.all)
        _ = try await people.store.attach(observer)
        let recorder = ReadRecorder()
        _ = try people.bucket.tracked(by: recorder).where(["role": "user"]).all()
        try await people.bucket.update(1, ["name": "Alix"])
        #expect(observer.changes.allSatisfy { !$0.hasOldImage })
        #expect(observer.commits.allSatisfy { recorder.readSet.intersects($0) })
    }

    @Test func `more keys than can be kept become the whole bucket`() async throws {
        let people = try await People.seven()
        let recorder = ReadRecorder()
        let reader = people.bucket.tracked(by: recorder)
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        for key in 100..<4_196 { _ = try reader.contains(key) }
        try await people.bucket.insert(["id": 8])
        let commit = try #require(observer.commits.last)
        #expect(!recorder.readSet.intersects(commit))
        _ = try reader.contains(4_196)
        #expect(recorder.readSet.intersects(commit))
    }

    @Test func `a dropped bucket concerns whoever has read of it`() async throws {
        let people = try await People.seven()
        let recorder = ReadRecorder()
        _ = try people.bucket.tracked(by: recorder).get(1)
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        try await people.store.dropBucket("people")
        #expect(observer.commits.contains { recorder.readSet.intersects($0) })
    }

    @Test(arguments: [.field("age") < Value.null, .field("id").isIn([Value]())] as [Predicate])
    func `of nothing are concerned by a change of the definition alone`(predicate: Predicate)
        async throws
    {
        let people = try await People.seven()
        let recorder = ReadRecorder()
        #expect(try people.bucket.tracked(by: recorder).where(predicate).count() == 0)
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        try await people.bucket.insert(["id": 8])
        try await people.bucket.delete(1)
        try await people.store.updateBucket("people", removing: ["score"])
        try await people.store.dropBucket("people")
        #expect(
            observer.commits.map { recorder.readSet.intersects($0) } == [false, false, true, true])
        var joined = ReadSet()
        joined.formUnion(recorder.readSet)
        #expect(joined.buckets == [people.bucket.reference])
    }

    @Test func `can be joined`() async throws {
        let people = try await People.seven()
        let (one, other) = (ReadRecorder(), ReadRecorder())
        _ = try people.bucket.tracked(by: one).get(1)
        _ = try people.bucket.tracked(by: other).where(["role": "admin"]).count()
        var joined = ReadSet()
        #expect(joined.isEmpty)
        joined.formUnion(one.readSet)
        joined.formUnion(other.readSet)
        #expect(joined.buckets == [people.bucket.reference])
        let observer = RecordingObserver()
        _ = try await people.store.attach(observer)
        try await people.bucket.update(1, ["age": 2])
        try await people.bucket.delete(3)
        try await people.bucket.delete(5)
        #expect(observer.commits.map { joined.intersects($0) } == [true, true, false])
    }
}
