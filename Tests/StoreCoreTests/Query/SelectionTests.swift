import StoreCore
import StoreTesting
import Testing

@Suite struct `Selections` {
    @Test(arguments: People.indexSets)
    func `hold the fields asked for, in order`(indexes: [IndexDefinition]) async throws {
        let people = try await People.seven(indexes: indexes).bucket
        let rows = try people.order(by: "age").select("name", "address.city", "nick").all()
        #expect(
            rows == [
                ["name": "Carl", "address.city": nil, "nick": nil],
                ["name": "Bea", "address.city": "Berlin", "nick": nil],
                ["name": "Bob", "address.city": nil, "nick": "bo"],
                ["name": "Änne", "address.city": "Bern", "nick": nil],
                ["name": "Dora", "address.city": nil, "nick": nil],
                ["name": "Alice", "address.city": nil, "nick": nil],
                ["name": "Bo", "address.city": nil, "nick": "x"],
            ])
        #expect(rows[0].names == ["name", "address.city", "nick"])
        let users = people.where(["role": "user"]).select("id")
        #expect(try users.all() == [["id": 4], ["id": 2]])
        #expect(try users.first() == ["id": 4])
        #expect(try people.where(["id": 9]).select("id").first() == nil)
        #expect(
            try people.query.offset(1).limit(2).select("id", "id").all() == [["id": 1], ["id": 6]])
    }

    @Test func `of a field that a strict bucket lacks are an error`() async throws {
        let bucket = try await Store.start().defineBucket(
            "b", key: "id", schema: ["id": .integer], .strict)
        expect(reason: .unknownField) { try bucket.query.select("nobody").all() }
    }

    @Test func `are concerned by their fields, and by those that order and choose`() async throws {
        let people = try await People.seven(indexes: ["age"])
        let observer = RecordingObserver()
        let registration = try await people.store.attach(observer)
        let recorder = ReadRecorder()
        _ = try people.bucket.tracked(by: recorder).where(["role": "user"]).order(by: "age")
            .select("name").all()
        func isConcerned(_ id: Int, _ fields: Fields) async throws -> Bool {
            observer.reset()
            try await people.bucket.update(id, fields)
            return observer.commits.contains { recorder.readSet.intersects($0) }
        }
        #expect(try await !isConcerned(2, ["nick": "bob"]))
        #expect(try await !isConcerned(2, ["score": 9]))
        #expect(try await !isConcerned(1, ["name": "Alison"]))
        #expect(try await isConcerned(2, ["age": 19]))
        #expect(try await isConcerned(2, ["name": "Robert"]))
        #expect(try await isConcerned(1, ["role": "user"]))
        _ = registration
    }
}
