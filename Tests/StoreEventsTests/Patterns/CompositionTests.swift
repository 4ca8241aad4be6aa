import StoreCore
import StoreEvents
import Testing

@Suite struct `Patterns together` {
    @Test func `do what each does alone`() async throws {
        let company = try await Company()
        let notes = Notes()
        company.audit()
        company.notify(notes)
        company.cascade()
        try await company.user("Alice", orders: 150)
        let bob = try await company.user("Bob", orders: 80, 200)
        try await company.orders.update(1, ["status": "paid"])
        try await company.orders.update(1, ["status": "shipped"])
        try await company.users.delete(bob.key)
        try await company.store.settle()
        #expect(await notes.all == ["#1 pending → paid", "#1 paid → shipped"])
        #expect(try company.orders.all().map(\.key) == [1])
        // Two users and three orders inserted, two updates, one user and two orders deleted.
        #expect(try company.auditLog.count() == 10)
    }

    @Test func `do so where one of them fails, and no write is undone`() async throws {
        let company = try await Company()
        company.store.on("**", named: "faulty") { _, _ in throw Fault() }
        company.audit()
        company.cascade()
        let bob = try await company.user("Bob", orders: 80, 200)
        try await company.users.delete(bob.key)
        try await company.store.settle()
        #expect(try company.users.count() == 0)
        #expect(try company.orders.count() == 0)
        #expect(try company.auditLog.count() == 6)
        #expect(Set(company.store.deadLetters.all.map(\.subscription)) == ["faulty"])
    }
}
