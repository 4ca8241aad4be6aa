import Testing

@testable import StoreCore

@Suite struct Rows {
    private func fields() -> Fields {
        [
            "id": "r", "text": "a text beyond fifteen bytes", "whole": 7, "number": 0.5,
            "flag": true, "at": .date(Timestamp(microseconds: 9)), "a name beyond 15 bytes": "long",
            "extra": 3,
        ]
    }

    private func record() throws -> Record {
        try Layout.things([
            "text": .string, "whole": .integer, "number": .number, "flag": .bool, "at": .date,
            "none": .string, "a name beyond 15 bytes": .string,
        ]).made(fields())
    }

    @Test(arguments: [true, false])
    func `hold a record's fields or given ones`(isRecord: Bool) throws {
        let row = isRecord ? Row(try record()) : Row(fields())
        #expect(try row["text"] == "a text beyond fifteen bytes")
        #expect(try row["whole"] == 7)
        #expect(try row["whole"] == 7.0)
        #expect(try row["number"] == 0.5)
        #expect(try row["flag"] == true)
        #expect(try row["at"] == Timestamp(microseconds: 9))
        #expect(try row["extra"] == 3)
        let copy = String(decoding: Array("a name beyond 15 bytes".utf8), as: UTF8.self)
        #expect(try row[copy] == "long")
        #expect(row[value: copy] == "long")
    }

    @Test(arguments: ["none", "missing", "a name that is missing"])
    func `have nil where there is no value`(name: String) throws {
        let row = Row(try record())
        #expect(try row[name] as String? == nil)
        #expect(try row[name] as Double? == nil)
        #expect(row[value: name].isNull)
        #expect(throws: RowError.self) { try row[name] as String }
    }

    @Test func `have a value where an optional is asked for`() throws {
        let row = Row(try record())
        #expect(try row["text"] as String? == "a text beyond fifteen bytes")
        #expect(try row["number"] as Double? == 0.5)
        #expect(try row["extra"] as Int? == 3)
    }

    @Test func `refuse a value of another kind, and name the field`() throws {
        let row = Row(try record())
        let error = #expect(throws: RowError.self) { try row["text"] as Int }
        #expect(error?.field == "text")
        #expect(error?.expected == "Int")
        #expect(throws: RowError.self) { try row["text"] as Int? }
        #expect(throws: RowError.self) { try row["number"] as Int }
        #expect(throws: RowError.self) { try row["flag"] as String }
    }

    @Test func `outlive the bucket that they were read from`() throws {
        let row = { Row(try record()) }
        #expect(try row()["text"] == "a text beyond fifteen bytes")
        #expect(try row()["whole"] == 7)
    }

    @Test(arguments: [1, 8, 24, 60])
    func `find each column at the first look`(width: Int) {
        let bits = (0..<width).map { StringBits("column \($0)") }
        let table = NameTable(bits)
        defer { table.deallocate() }
        for (slot, bits) in bits.enumerated() {
            #expect(table.entries[NameTable.place(bits, table.mixer)].slot == slot)
        }
        #expect(table.slot(of: StringBits("another")) == -1)
    }

    @Test func `find each column of a very wide bucket`() {
        let bits = (0..<3_000).map { StringBits("column \($0)") }
        let table = NameTable(bits)
        defer { table.deallocate() }
        #expect(bits.indices.allSatisfy { table.slot(of: bits[$0]) == $0 })
        #expect(table.slot(of: StringBits("another")) == -1)
    }
}
