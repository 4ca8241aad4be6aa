import Testing

@testable import StoreCore

@Suite struct FieldsTests {
    @Test func `Fields keep the order in which they were given`() {
        let fields: Fields = ["z": 1, "a": 2, "m": 3]
        #expect(fields.names == ["z", "a", "m"])
        #expect(fields.map(\.value) == [1, 2, 3])
        #expect(fields[1].name == "a")
    }

    @Test func `Of a name given twice the last value counts, at the first place`() {
        let fields: Fields = ["a": 1, "b": 2, "a": 3]
        #expect(fields.names == ["a", "b"])
        #expect(fields["a"] == 3)
        let many = Fields(
            (0..<1_000).map { (name: "n\($0 % 10)", value: Value.integer(Int64($0))) })
        #expect(many.names == (0..<10).map { "n\($0)" })
        #expect(many["n3"] == 993)
    }

    @Test func `Setting nil stores null, and a missing name reads as null`() {
        var fields: Fields = ["a": 1]
        fields["a"] = nil
        #expect(fields.contains("a"))
        #expect(fields["a"].isNull)
        #expect(fields["b"].isNull)
        #expect(!fields.contains("b"))
        fields["b"] = 2
        #expect(fields.names == ["a", "b"])
        #expect(fields.removeValue("a").isNull)
        #expect(fields.removeValue("x").isNull)
        #expect(fields.names == ["b"])
    }

    @Test func `Fields are equal whatever their order, and an explicit null counts`() {
        #expect(Fields(["a": 1, "b": 2]) == ["b": 2.0, "a": 1])
        #expect(Fields(["a": 1, "b": 2]).hashValue == Fields(["b": 2.0, "a": 1]).hashValue)
        #expect(Fields(["a": nil]) != [:])
        #expect(Fields(["a": 1, "b": 2]) != ["a": 1, "c": 2])
    }

    @Test func `Merging lays one over the other`() {
        let merged = Fields(["a": 1, "b": 2]).merging(["b": nil, "c": 3])
        #expect(merged.names == ["a", "b", "c"])
        #expect(merged["b"].isNull)
    }

    @Test func `Changes name what differs, and what is gone with null`() {
        let before: Fields = ["a": 1, "b": 2, "c": 3, "d": 4]
        var after = before
        after["b"] = 5
        after.removeValue("c")
        after["e"] = 6
        #expect(after.changes(since: before) == ["b": 5, "e": 6, "c": nil])
        #expect(before.changes(since: before).isEmpty)
        #expect(Fields(["a": 1]).changes(since: [:]) == ["a": 1])
        #expect(Fields([:]).changes(since: ["a": 1]) == ["a": nil])
    }

    @Test func `Many fields are looked up in time that does not explode`() {
        let fields = Fields(
            (0..<50_000).map { (name: "name \($0)", value: Value.integer(Int64($0))) })
        #expect(fields.count == 50_000)
        #expect(fields == Fields(fields.reversed()))
        #expect(fields.merging(fields).count == 50_000)
    }

    @Test func `A path is split at its dots unless it is exact`() {
        #expect(FieldPath("address.city").names == ["address", "city"])
        #expect(FieldPath("name").names == ["name"])
        #expect(FieldPath(exact: "a.b").names == ["a.b"])
        #expect(FieldPath("a.b", "c").names == ["a.b", "c"])
        #expect(FieldPath("").names == [""])
        #expect(FieldPath("a..b").names == ["a", "", "b"])
        #expect(FieldPath("a.b") == FieldPath("a", "b"))
        #expect("\(FieldPath("a", "b"))" == "a.b")
    }
}
