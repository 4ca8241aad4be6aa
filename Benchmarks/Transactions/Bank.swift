import StoreCore

/// A store with two buckets of accounts.
final class Bank: Sendable {
    let accounts: Accounts
    let store: Store
    let payers: DynamicBucket
    let payees: DynamicBucket

    init(_ accounts: Accounts) async throws {
        self.accounts = accounts
        store = try await Store.start("bench")
        payers = try await Bank.define("payers", in: store)
        payees = try await Bank.define("payees", in: store)
        for id in accounts.payers { try await payers.insert(Accounts.fields(id)) }
        for id in accounts.payees { try await payees.insert(Accounts.fields(id)) }
    }

    private static func define(_ name: String, in store: Store) async throws -> DynamicBucket {
        try await store.defineBucket(
            name, key: "id",
            schema: [
                "id": .string(required: true),
                "owner": .string(),
                "balance": .integer(required: true),
                "credit": .number(),
            ])
    }

    /// Throws if money has come or gone.
    func check() throws {
        let expected = Accounts.opening * Int64(accounts.payers.count + accounts.payees.count)
        let found = (try payers.sum("balance").int64 ?? 0) + (try payees.sum("balance").int64 ?? 0)
        if found != expected { throw WrongTotal(expected: expected, found: found) }
    }
}

/// The sum of all balances is not what it was in the beginning.
struct WrongTotal: Error {
    let expected: Int64
    let found: Int64
}
