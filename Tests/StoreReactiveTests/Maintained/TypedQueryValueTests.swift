import StoreCore
import StoreReactive
import StoreTesting
import Testing

struct TypedQueryValueTests {
    struct Person: StoreRecord, Equatable {
        enum Role: String, Codable, CaseIterable, StoreValue { case admin, user }
        struct Desk: Codable, Equatable { var room: Int }
        typealias Key = Int
        var id: Int
        var name: String
        var role: Role = .user
        var age: Int = 0
        var boss: Int?
        var desk: Desk?

        static let schema = Schema<Person>("people", key: \.id) { field in
            field(\.id, "id")
            field(\.name, "name")
            field(\.role, "role")
            field(\.age, "age")
            field(\.boss, "boss").references("people")
            field.object(\.desk, "desk")
        }
    }

    private func office() async throws -> (Store, Bucket<Person>) {
        let store = try await Store.start("office", .clock(ManualClock()))
        let people = try await store.defineBucket(Person.self)
        for (id, name) in ["Ann", "Bob", "Cid"].enumerated() {
            try await people.insert(Person(id: id, name: name, age: 20 + id))
        }
        return (store, people)
    }

    @Test func `a list shows models, and what has changed of them`() async throws {
        let (store, people) = try await office()
        let live = people.where { $0.age >= 21 }.order(by: \.age, .descending).live()
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value.map(\.name) == ["Cid", "Bob"])
        try await people.insert(Person(id: 9, name: "Eve", age: 30))
        let update = try #require(try await updates.next())
        #expect(update.value.map(\.name) == ["Eve", "Cid", "Bob"])
        #expect(update.delta().inserted == [0] && update.previous?.count == 2)
        await store.stop()
    }

    @Test func `totals are of the property's type`() async throws {
        let (store, people) = try await office()
        let sum: Live<Int> = people.query.live(.sum(\.age))
        let least: Live<Int?> = people.query.live(.min(\.age))
        let roles: Live<LiveList<Person.Role>> = people.query.live(.distinct(\.role))
        try await people.update(0) { $0.role = .admin }
        try await store.settle()
        #expect(sum.latest?.value == 63 && least.latest?.value == 20)
        #expect(roles.latest.map { Array($0.value) } == [.admin, .user])
        await store.stop()
    }

    @Test func `a record that is no model is an error as long as it is to be shown`() async throws {
        let (store, people) = try await office()
        let two = people.query.order(by: \.age).limit(2).live()
        var updates = two.makeAsyncIterator()
        #expect(try await updates.next()?.value.map(\.name) == ["Ann", "Bob"])
        let records = people.dynamic
        try await records.insert([
            "id": 7, "name": "Odd", "role": "user", "age": 30, "desk": ["floor": 1],
        ])
        try await store.settle()
        #expect(two.latest?.error == nil)
        try await records.update(7, ["age": 1])
        let failed = try await updates.next()
        #expect(failed?.error != nil && failed?.value.map(\.name) == ["Ann", "Bob"])
        try await records.update(7, ["desk": nil])
        let mended = try await updates.next()
        #expect(mended?.error == nil && mended?.value.map(\.name) == ["Odd", "Ann"])
        await store.stop()
    }

    @Test
    func `what a row is related to that is no model is an error as long as that is to be shown`()
        async throws
    {
        let (store, people) = try await office()
        try await people.insert(Person(id: 9, name: "Odd", age: 99))
        try await people.update(2) { $0.boss = 9 }
        let query = people.query.order(by: \.age).limit(2).with(\.boss, Person.self)
        var updates = query.live().makeAsyncIterator()
        #expect(try await updates.next()?.value.map(\.record.name) == ["Ann", "Bob"])
        // The third row is the only one that has it.
        try await people.dynamic.update(9, ["desk": ["floor": 1]])
        var others = query.live().makeAsyncIterator()
        #expect(try await others.next()?.value.map(\.record.name) == ["Ann", "Bob"])
        try await people.delete(0)
        #expect(try await updates.next()?.error != nil)
        #expect(try await others.next()?.error != nil)
        try await people.dynamic.update(9, ["desk": nil])
        let mended = try await updates.next()
        #expect(mended?.error == nil && mended?.value.map(\.record.name) == ["Bob", "Cid"])
        #expect(mended?.value.last?.related?.name == "Odd")
        await store.stop()
    }

    @Test func `rows are models with those that they are related to`() async throws {
        let (store, people) = try await office()
        try await people.update(1) { $0.boss = 0 }
        let live = people.where { $0.id == 1 }.with(\.boss, Person.self).live()
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value.first?.related?.name == "Ann")
        try await people.update(0) { $0.name = "Amy" }
        let update = try #require(try await updates.next())
        #expect(update.value.first?.related?.name == "Amy" && update.delta().updated == [0])
        try await people.delete(0)
        #expect(try await updates.next()?.value.first.map { $0.related == nil } == true)
        await store.stop()
    }
}
