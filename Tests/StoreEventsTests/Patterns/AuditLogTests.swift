import StoreCore
import StoreEvents
import Testing

@Suite struct `An audit log` {
    /// One user who was inserted and updated twice.
    private func start() async throws -> (company: Company, alice: Record) {
        let company = try await Company()
        company.audit()
        let alice = try await company.user("Alice")
        try await company.users.update(alice.key, ["role": "admin"])
        try await company.users.update(alice.key, ["name": "Alice Smith"])
        try await company.store.settle()
        return (company, alice)
    }

    @Test func `has an entry for every change, and can be asked`() async throws {
        let (company, alice) = try await start()
        let log = company.auditLog
        #expect(try log.count(where: ["recordKey": alice["id"]]) == 3)
        #expect(try log.count(where: ["action": "updated"]) == 2)
        #expect(try log.count(where: ["bucket": "users"]) == 3)
    }

    @Test func `has the record before and after`() async throws {
        let (company, _) = try await start()
        let entries = try company.auditLog.order(by: "id").all()
        #expect(entries.map { $0["action"] } == ["inserted", "updated", "updated"])
        #expect(entries.map { $0["before"]["role"] } == [nil, "viewer", "admin"])
        #expect(entries.map { $0["after"]["role"] } == ["viewer", "admin", "admin"])
        #expect(entries.map { $0["before"]["name"] } == [nil, "Alice", "Alice"])
        #expect(entries.map { $0["after"]["name"] } == ["Alice", "Alice", "Alice Smith"])
    }

    @Test func `has the last state of what was deleted`() async throws {
        let (company, alice) = try await start()
        try await company.users.delete(alice.key)
        try await company.store.settle()
        let entry = try #require(try company.auditLog.order(by: "id").all().last)
        #expect(entry["action"] == "deleted")
        #expect(entry["before"]["name"] == "Alice Smith")
        #expect(entry["after"].isNull)
    }

    @Test func `does not log itself`() async throws {
        let (company, _) = try await start()
        #expect(try company.auditLog.count() == 3)
        #expect(try company.auditLog.count(where: ["bucket": "auditLog"]) == 0)
    }
}
