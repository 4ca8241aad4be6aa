import Foundation
import StoreCore
import StoreFoundation
import Testing

/// Typed records whose columns and keys are Foundation's.
@Suite struct `Foundation's types in typed records` {
    struct Payment: StoreRecord {
        typealias Key = UUIDBytes
        var id: UUIDBytes
        var amount: Decimal
        var fee: Decimal?
        var account: UUID
        static let schema = Schema<Payment>("payments", key: \.id) { field in
            field(\.id, "id")
            field(\.amount, "amount").indexed()
            field(\.fee, "fee")
            field(\.account, "account")
        }
    }

    @Test func `are kept exactly, and found by range and in order`() async throws {
        let store = try await Store.start()
        let payments = try await store.defineBucket(Payment.self)
        let amounts = try ["-10.5", "9.99", "0", "10", "-9.99", "100", "0.001"].map {
            try #require(Decimal(string: $0))
        }
        for amount in amounts {
            let payment = Payment(
                id: UUIDBytes(), amount: amount, fee: amount / 100, account: UUID())
            try await payments.insert(payment)
            #expect(try payments.get(payment.id)?.amount == amount)
            #expect(try payments.get(payment.id)?.fee == amount / 100)
            #expect(try payments.get(payment.id)?.account == payment.account)
        }
        let sorted = try payments.order(by: \.amount).all().map(\.amount)
        #expect(sorted == amounts.sorted())
        let large = try payments.where { $0.amount > 9 }.all().map(\.amount)
        #expect(Set(large) == Set(amounts.filter { $0 > 9 }))
    }

    struct Visit: StoreRecord {
        typealias Key = Date
        var at: Date
        static let schema = Schema<Visit>("visits", key: \.at) { $0(\.at, "at") }
    }

    struct Blob: StoreRecord {
        typealias Key = Data
        var hash: Data
        static let schema = Schema<Blob>("blobs", key: \.hash) { $0(\.hash, "hash") }
    }

    struct Account: StoreRecord {
        typealias Key = UUID
        var id: UUID
        static let schema = Schema<Account>("accounts", key: \.id) { $0(\.id, "id") }
    }

    struct Rate: StoreRecord {
        typealias Key = Decimal
        var rate: Decimal
        static let schema = Schema<Rate>("rates", key: \.rate) { $0(\.rate, "rate") }
    }

    @Test func `are keys`() async throws {
        let store = try await Store.start()
        let visits = try await store.defineBucket(Visit.self)
        let date = Date(timeIntervalSince1970: 1_767_225_600.25)
        try await visits.insert(Visit(at: date))
        #expect(try visits.get(date)?.at == date)

        let blobs = try await store.defineBucket(Blob.self)
        try await blobs.insert(Blob(hash: Data([1, 2, 3])))
        #expect(try blobs.get(Data([1, 2, 3]))?.hash == Data([1, 2, 3]))

        let accounts = try await store.defineBucket(Account.self)
        let uuid = UUID()
        try await accounts.insert(Account(id: uuid))
        #expect(try accounts.get(uuid)?.id == uuid)

        let rates = try await store.defineBucket(Rate.self)
        let rate = try #require(Decimal(string: "0.10"))
        try await rates.insert(Rate(rate: rate))
        #expect(try rates.get(rate)?.rate == rate)
    }

    @Test func `are made again from their keys`() {
        let uuid = UUID()
        let date = Date(timeIntervalSince1970: 5)
        #expect(UUID(storeKey: uuid.storeKey) == uuid)
        #expect(UUIDBytes(storeKey: UUIDBytes(uuid).storeKey) == UUIDBytes(uuid))
        #expect(Date(storeKey: date.storeKey) == date)
        #expect(Data(storeKey: Data([1]).storeKey) == Data([1]))
        #expect(UUID(storeKey: 1) == nil)
        #expect(UUIDBytes(storeKey: "x") == nil)
    }

    @Test func `can be generated in 16 bytes`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: ["id": .bytes(generated: .uuid7), "v4": .bytes(generated: .uuid)])
        let record = try await bucket.insert([:])
        let id = try #require(UUIDBytes(storeKey: record.key))
        #expect(try bucket.get(id)?.key == record.key)
        #expect(id.description.dropFirst(14).first == "7")
        #expect(UUIDBytes(storeValue: record["v4"])?.description.dropFirst(14).first == "4")
    }
}
