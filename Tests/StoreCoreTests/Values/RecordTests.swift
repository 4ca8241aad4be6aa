import Foundation
import Testing

@testable import StoreCore

@Suite struct RecordTests {
    private func record(_ fields: Fields) throws -> Record {
        try Layout.things(["name": .string, "address": .object, "age": .integer]).made(fields)
    }

    @Test func `A record reads declared fields, undeclared ones and what is not there`() throws {
        let record = try record(["extra": 7, "age": 30, "name": "Alice"])
        #expect(record["name"] == "Alice")
        #expect(record["extra"] == 7)
        #expect(record["missing"].isNull)
        #expect(record["address"].isNull)
        #expect(record.bucket == "things")
        #expect(record.key == "1")
        #expect(record.version == 1)
        #expect(record.expiresAt == nil)
    }

    @Test func `Fields are listed in the schema's order, nulls left out, others behind`() throws {
        let record = try record([
            "z": 1, "age": 30, "address": nil, "y": 2, "name": "Alice", "w": nil,
        ])
        #expect(record.fields.names == ["id", "name", "age", "z", "y"])
    }

    @Test func `A path leads into objects`() throws {
        var fields: Fields = ["address": ["city": ["name": "Berlin"]]]
        fields[exact: "a.b"] = 1
        let record = try record(fields)
        #expect(record["address.city.name" as FieldPath] == "Berlin")
        #expect(record["address.street.name" as FieldPath].isNull)
        #expect(record[FieldPath(exact: "a.b")] == 1)
        #expect(record["a.b" as FieldPath].isNull)
    }

    @Test func `A declared name with dots stands before a path`() throws {
        let layout = try Layout.things(["a": .object, "a.b": .integer])
        let record = try layout.made(["a": ["b": 1, "c": 2], "a.b": 3])
        #expect(record["a.b" as FieldPath] == 3)
        #expect(record["a.c" as FieldPath] == 2)
    }

    @Test func `Fields of records are equal whatever bucket they are in`() throws {
        let a = try record(["name": "A", "extra": 1])
        let b = try record(["extra": 1.0, "name": "A", "age": nil])
        let other = try Layout(
            bucket: "other", key: "extra", schema: ["extra": .number, "name": .string])
        let c = Record(
            try other.makeRecord(["id": "1", "name": "A", "extra": 1], generating: .fixed()))
        #expect(a == b && a.hashValue == b.hashValue)
        #expect(a.fields == c.fields && a != c)
        #expect(try a != record(["name": "B", "extra": 1]))
        #expect(try a != record(["name": "A"]))
    }

    @Test func `A key of several fields is a list`() throws {
        let layout = try Layout(
            bucket: "lines", key: ["order", "product"],
            schema: ["product": .integer, "order": .integer])
        let record = Record(
            try layout.makeRecord(["product": 11, "order": 10_248], generating: .fixed()))
        #expect(record.key == [10_248, 11])
        let error = #expect(throws: ValidationError.self) {
            try layout.makeRecord(["product": 11], generating: .fixed())
        }
        #expect(error?.issues.map(\.field) == ["order"])
    }

    @Test func `A record survives JSON with its metadata`() throws {
        let record = try record([
            "name": "A", "extra": .bytes([1]), "age": 3, "date": .date(.distantFuture),
        ])
        record.storage.head.pointee.version = 4
        record.storage.head.pointee.createdAt = Timestamp(microseconds: 1)
        record.storage.head.pointee.updatedAt = Timestamp(microseconds: 2)
        record.storage.head.pointee.expiresAt = 3
        let read = try JSONDecoder().decode(Record.self, from: JSONEncoder().encode(record))
        #expect(read.fields == record.fields)
        #expect(read.version == 4)
        #expect(read.createdAt == record.createdAt && read.updatedAt == record.updatedAt)
        #expect(read.expiresAt == Timestamp(microseconds: 3))
        #expect(read.key == Key(.null))
        #expect(read.bucket == "")
        #expect(read["name"] == "A")
        let twin = try self.record(["\u{E9}": 1, "e\u{301}": 2])
        let decoded = try JSONDecoder().decode(Record.self, from: JSONEncoder().encode(twin))
        #expect(decoded.fields == twin.fields)
    }

    @Test func `A copy has the header, and changes without the original`() throws {
        let record = try record(["name": "A", "extra": 1])
        record.storage.head.pointee.row = 77
        let copy = record.storage.copy { $0.head.pointee.version = 9 }
        #expect(copy.head.pointee.row == 77)
        #expect(copy.head.pointee.version == 9)
        #expect(record.version == 1)
        #expect(Record(copy).fields == record.fields && Record(copy) != record)
        #expect(copy.head.pointee.byteCount == record.storage.head.pointee.byteCount)
    }

    @Test func `Fields find their columns in another layout`() throws {
        let record = try record(["name": "A", "extra": 1, "more": 2])
        let wider = try Layout.things(["extra": .integer, "name": .string, "new": .bool])
        let moved = Record(record.storage.laidOut(as: wider))
        #expect(moved == record)
        #expect(moved.fields.names == ["id", "extra", "name", "more"])
        let patch = try wider.makePatch(["new": true])
        #expect(Record(try wider.merge(patch, onto: record.storage))["new"] == true)
    }

    @Test func `Headers stay small`() {
        #expect(MemoryLayout<RecordHeader>.stride <= 64)
        #expect(MemoryLayout<Record>.size == MemoryLayout<UInt>.size)
    }
}
