import Testing

@testable import StoreCore

@Suite struct StoreValueTests {
    private func roundTrips<T: StoreValue & Equatable>(_ value: T, as expected: Value) -> Bool {
        value.storeValue == expected && T(storeValue: expected) == value
    }

    @Test func `Standard types become values and come back`() {
        #expect(roundTrips("x", as: "x"))
        #expect(roundTrips(7, as: 7))
        #expect(roundTrips(Int64.min, as: .integer(.min)))
        #expect(roundTrips(1.5, as: 1.5))
        #expect(roundTrips(true, as: true))
        #expect(roundTrips(Timestamp.distantPast, as: .date(.distantPast)))
        #expect(roundTrips([1, 2], as: [1, 2]))
        #expect(roundTrips(["a"], as: ["a"]))
        #expect(roundTrips([UInt8](0...3), as: .bytes([0, 1, 2, 3])))
        #expect(roundTrips(Optional("x"), as: "x"))
        #expect(roundTrips(Optional<String>.none, as: .null))
        #expect(roundTrips([Optional(1), nil], as: [1, nil]))
        #expect(roundTrips(Fields(["a": 1]), as: ["a": 1]))
    }

    @Test func `A value is made of whatever converts`() {
        let fields: Fields = [
            "a": Value(Timestamp.distantPast), "b": Value([1, 2]), "c": Value(Int?.none),
        ]
        #expect(fields == ["a": .date(.distantPast), "b": [1, 2], "c": nil])
        #expect(Value("x") == "x")
        #expect(Value(1) == 1)
    }

    @Test func `A value of another kind is refused`() {
        #expect(String(storeValue: 1) == nil)
        #expect(Int(storeValue: 1.5) == nil)
        #expect(Int(storeValue: 2.0) == 2)
        #expect(UInt8(storeValue: 256) == nil)
        #expect(Bool(storeValue: .null) == nil)
        #expect([Int](storeValue: [1, "x"]) == nil)
        #expect([UInt8](storeValue: [1, 2]) == [1, 2])
        #expect([UInt8](storeValue: [1, 300]) == nil)
        #expect(Optional<Int>(storeValue: "x") == Optional<Optional<Int>>.none)
    }

    @Test func `Keys are made of what identifies a record`() {
        #expect("a".storeKey == Key("a"))
        #expect(1.storeKey == Key(1.0))
        #expect(Int64(1).storeKey == 1)
        #expect(Timestamp.distantPast.storeKey.value == .date(.distantPast))
        #expect(Value.string("a").storeKey == "a")
        #expect(Key([1, "x"]).value == [1, "x"])
        #expect(Key("a") < Key("b"))
        #expect(Set([Key(1), Key(1.0)]).count == 1)
    }
}
