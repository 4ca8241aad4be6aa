// The bytes of a cursor
// =====================
//
//     version 1 | fingerprint 8 | row 8 | number of values 1 | values | checksum 4
//
// all numbers little-endian, in the URL-safe alphabet of base64 without padding. The fingerprint
// tells one bucket and order from another, and one column type from another; the checksum tells a
// cursor from other text.

extension Cursor {
    private static let version: UInt8 = 1

    /// The cursor of `place` in the order that `fingerprint` stands for.
    init(_ place: RowPlace, _ fingerprint: UInt64) {
        var writer = ValueWriter()
        writer.put(Cursor.version)
        writer.put(fingerprint)
        writer.put(place.row)
        writer.put(UInt8(truncatingIfNeeded: place.values.count))
        for value in place.values { writer.put(value) }
        writer.put(UInt32(truncatingIfNeeded: StableHash.of(writer.bytes)))
        self.init(Cursor.text(writer.bytes))
    }

    /// The place in the order that `fingerprint` stands for, which has `steps` steps.
    ///
    /// - Throws: ``QueryError`` if the text is none of a cursor, or one of another bucket or order.
    func place(_ fingerprint: UInt64, steps: Int) throws(QueryError) -> RowPlace {
        guard let bytes = Cursor.bytes(description), bytes.count >= 22,
            var reader = Cursor.checked(bytes), reader.byte() == Cursor.version,
            let found = reader.word(), let row = reader.word(), let count = reader.byte()
        else { throw .malformedCursor }
        guard found == fingerprint else {
            throw QueryError(
                reason: .cursorMismatch,
                message: "The cursor belongs to another bucket, order or type of field; "
                    + "use it with the query whose page it came from.")
        }
        guard Int(count) == steps & 0xFF else { throw .malformedCursor }
        var values: [Value] = []
        for _ in 0..<steps {
            guard let value = reader.value() else { throw .malformedCursor }
            values.append(value)
        }
        guard reader.isAtEnd else { throw .malformedCursor }
        return RowPlace(values: values, row: row)
    }

    /// What stands before the checksum, if that is right.
    private static func checked(_ bytes: [UInt8]) -> ValueReader? {
        let content = Array(bytes.dropLast(4))
        var reader = ValueReader(Array(bytes.suffix(4)))
        guard reader.half() == UInt32(truncatingIfNeeded: StableHash.of(content)) else {
            return nil
        }
        return ValueReader(content)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let digits: [UInt8] = Base64.encode(bytes).utf8.compactMap { digit in
            switch digit {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: digit
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var digits: [UInt8] = []
        digits.reserveCapacity(text.utf8.count + 3)
        for digit in text.utf8 {
            switch digit {
            case UInt8(ascii: "-"): digits.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): digits.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: digits.append(digit)
            }
        }
        while digits.count % 4 != 0 { digits.append(UInt8(ascii: "=")) }
        return Base64.decode(String(decoding: digits, as: UTF8.self))
    }
}

extension QueryError {
    fileprivate static var malformedCursor: QueryError {
        QueryError(
            reason: .malformedCursor,
            message: "The text is no cursor; pass on what a page gave as nextCursor, unchanged.")
    }
}

extension CompiledOrdering {
    /// What tells this order of this bucket from others, the same in every process.
    var fingerprint: UInt64 {
        var writer = ValueWriter()
        writer.put(layout.bucket)
        for step in steps {
            writer.put((step.isDescending ? 1 : 0) + (step.isFolded ? 2 : 0) as UInt8)
            switch step.operand.root {
            case .column(let slot):
                writer.put(layout.names[slot])
                writer.put(layout.columns[slot].type.rawValue)
            case .undeclared(let name): writer.put(name.text)
            case .version: writer.put("_version")
            case .createdAt: writer.put("_createdAt")
            case .updatedAt: writer.put("_updatedAt")
            case .expiresAt: writer.put("_expiresAt")
            }
            writer.put(UInt8(truncatingIfNeeded: step.operand.steps.count))
            for name in step.operand.steps { writer.put(name) }
        }
        return StableHash.of(writer.bytes)
    }
}
