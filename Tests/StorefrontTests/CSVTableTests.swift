import StoreCore
import Testing

@testable import storefront

@Suite struct `A CSV table` {
    private func table(_ text: String, schema: BucketSchema = ["id": .integer]) -> CSVTable {
        CSVTable([UInt8](text.utf8), file: "test.csv", schema: schema)
    }

    @Test func `reports a row with too few or too many fields, and keeps the others`() {
        let table = table("id,name\n1,one\n2\n3,three\n4,four,vier\n")
        #expect(
            table.rows.map(\.fields) == [["id": 1, "name": "one"], ["id": 3, "name": "three"]])
        #expect(table.rows.map(\.line) == [2, 4])
        #expect(
            table.badRows.map(\.description) == [
                "test.csv:3: 1 fields where the header has 2",
                "test.csv:5: 3 fields where the header has 2",
            ])
    }

    @Test func `reports an empty file`() {
        let table = table("")
        #expect(table.rows.isEmpty)
        #expect(table.badRows.map(\.description) == ["test.csv:1: there is no header"])
    }

    @Test func `reports a text that is not what the schema declares, and reads on`() {
        let table = table("id,name\n1,one\nzwei,two\n3,three\n")
        #expect(table.rows.map(\.line) == [2, 4])
        #expect(table.badRows.map(\.description) == ["test.csv:3: id: “zwei” is no integer"])
    }

    @Test(arguments: [
        ("12", ColumnType.integer, Value.integer(12)),
        ("-0.25", .number, .double(-0.25)),
        ("1", .boolean, .bool(true)),
        ("0", .boolean, .bool(false)),
        ("", .string, .string("")),
        ("1996-07-04", .date, .date(Timestamp(microseconds: 836_438_400_000_000))),
        ("1996-07-04 00:00:00.000", .date, .date(Timestamp(microseconds: 836_438_400_000_000))),
    ])
    func `converts a text to its column's type`(text: String, type: ColumnType, value: Value) {
        #expect(Value(text, as: type) == value)
    }

    @Test(arguments: [
        ("1.5", ColumnType.integer), ("9223372036854775808", .integer), ("", .integer),
        ("nan", .number), ("inf", .number), ("1e999", .number), ("yes", .boolean),
        ("1996-02-30", .date), ("soon", .date), ("x", .bytes),
    ])
    func `refuses a text that is nothing of its column's type`(text: String, type: ColumnType) {
        #expect(Value(text, as: type) == nil)
    }

    @Test(arguments: ColumnType.allCases)
    func `takes a missing value in a column of any type`(type: ColumnType) {
        #expect(Value(nil, as: type) == .null)
    }
}
