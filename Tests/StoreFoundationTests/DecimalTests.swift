import Foundation
import StoreCore
import StoreFoundation
import Testing

@Suite struct `A decimal` {
    private func decimal(_ text: String) throws -> Decimal { try #require(Decimal(string: text)) }

    @Test(arguments: [
        ("0", "="), ("123.45", ">502:12345"), ("1", ">500:1"), ("100", ">502:1"),
        ("0.05", ">498:5"), ("-123.45", "<498:87654~"), ("-1", "<500:8~"), ("1.50", ">500:15"),
    ])
    func `is a text of sign, magnitude and digits`(number: String, text: String) throws {
        #expect(try decimal(number).storeValue == .string(text))
        #expect(try Decimal(storeValue: .string(text)) == decimal(number))
    }

    @Test func `comes back whatever its size`() throws {
        let numbers = try [
            Decimal.greatestFiniteMagnitude, -Decimal.greatestFiniteMagnitude,
            Decimal.leastNonzeroMagnitude, -Decimal.leastNonzeroMagnitude,
            // Zeros at the end of a significand that has the greatest exponent.
            Decimal.greatestFiniteMagnitude - decimal("5e127"),
            decimal("55e127") - Decimal.greatestFiniteMagnitude,
            decimal("1e127"), decimal("1e-127"), decimal("12345e-128"),
            decimal("99999999999999999999999999999999999999"),
            decimal("-0.12345678901234567890123456789012345678"),
        ]
        for number in numbers {
            #expect(Decimal(storeValue: number.storeValue) == number, "\(number)")
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `sorts as its number, at random`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func below(_ bound: UInt64) -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state % bound
        }
        func random() -> Decimal {
            let digits = Decimal(Int64(below(below(2) == 0 ? 20 : 1_000_000_000)))
            let exponent = Int(below(2) == 0 ? below(4) : below(80)) - 40
            return Decimal(
                sign: below(2) == 0 ? .plus : .minus, exponent: exponent, significand: digits)
        }
        for _ in 0..<300 {
            let (a, b) = (random(), random())
            let (valueA, valueB) = (a.storeValue, b.storeValue)
            #expect(Decimal(storeValue: valueA) == a, "seed \(seed): \(a)")
            #expect((valueA < valueB) == (a < b), "seed \(seed): \(a), \(b)")
            #expect((valueA == valueB) == (a == b), "seed \(seed): \(a), \(b)")
        }
    }

    @Test func `is read from whole numbers too`() {
        #expect(Decimal(storeValue: 42) == 42)
        #expect(Decimal(storeValue: .integer(.min)) == Decimal(Int64.min))
    }

    @Test(arguments: [
        "", "0", "1.5", "==", ">", ">500:", ">500:0", ">500:10", ">500:01", "<500:8", "<500:9~",
        "<500:89~", ">50:1", ">5000:1", ">500;1", ">x00:1", ">500:1x", ">500:1~", "~500:1",
        ">999:1", ">000:1", "<000:8~", ">500:" + String(repeating: "1", count: 40), ">500:é",
        "\u{FF1E}500:1",
    ])
    func `is read from no other text`(text: String) {
        #expect(Decimal(storeValue: .string(text)) == nil)
    }

    @Test func `that is no number is refused by every column`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "x": .string])
        await #expect(throws: ValidationError.self) {
            try await bucket.insert(["id": 1, "x": Value(Decimal.nan)])
        }
        await #expect(throws: ValidationError.self) {
            try await bucket.insert(["id": 1, "undeclared": Value(Decimal.nan)])
        }
    }

    @Test func `UUIDs in 16 bytes sort as their texts`() throws {
        let uuids = (0..<100).map { _ in UUIDBytes() }
        #expect(uuids.sorted() == uuids.sorted { $0.description < $1.description })
        #expect(uuids.sorted() == uuids.sorted { $0.storeValue < $1.storeValue })
        for uuid in uuids { #expect(UUIDBytes(storeValue: uuid.storeValue) == uuid) }
        #expect(UUIDBytes(storeValue: .bytes([1])) == nil)
        #expect(UUIDBytes(storeValue: "x") == nil)
        let data = try JSONEncoder().encode([uuids[0]])
        #expect(try JSONDecoder().decode([UUIDBytes].self, from: data) == [uuids[0]])
        #expect(try JSONDecoder().decode([UUID].self, from: data) == [uuids[0].uuid])
    }
}
