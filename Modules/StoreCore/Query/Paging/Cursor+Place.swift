// The bytes of a cursor
// =====================
//
//     version 1 | fingerprint 8 | row 8 | number of values 1 | values | checksum 4
//
// A record that a draft has inserted has no row of its own before the commit. A cursor at one has version 2, and between
// values and checksum the record's key, and the last row that was there before the draft. Inside the draft the row is
// the record's; after the commit the key leads to it. If there is no such record by then, whatever follows that last row
// is shown: sooner a record twice than one not at all.
//
// all numbers little-endian, in the URL-safe alphabet of base64 without padding. The fingerprint
// tells one bucket and order from another, and one column type from another; the checksum tells a
// cursor from other text.

/// What a cursor knows of a record that has no row of its own yet.
struct DraftPlace {
    let key: Value
    /// The last row that was given out before.
    let floor: RowID

    init(key: Value, floor: RowID) {
        self.key = key
        self.floor = floor
    }

    /// Nil for a record that has a row.
    init?(of record: RecordRef, in view: BucketView) {
        guard record.row >= DraftGround.firstRow else { return nil }
        var floor: RowID = 0
        view.scanRows(from: DraftGround.firstRow, ascending: false) {
            floor = $0.row
            return false
        }
        self.init(key: record.key.value, floor: floor)
    }
}

extension Cursor {
    private static let version: UInt8 = 1
    private static let draftVersion: UInt8 = 2

    /// The cursor of `place` in the order that `fingerprint` stands for.
    init(_ place: RowPlace, _ fingerprint: UInt64, inDraft own: DraftPlace? = nil) {
        var writer = ValueWriter()
        writer.put(own == nil ? Cursor.version : Cursor.draftVersion)
        writer.put(fingerprint)
        writer.put(place.row)
        writer.put(UInt8(truncatingIfNeeded: place.values.count))
        for value in place.values { writer.put(value) }
        if let own {
            writer.put(own.key)
            writer.put(own.floor)
        }
        writer.put(UInt32(truncatingIfNeeded: StableHash.of(writer.bytes)))
        self.init(Cursor.text(writer.bytes))
    }

    /// The place in the order that `fingerprint` stands for, which has `steps` steps.
    private func place(
        _ fingerprint: UInt64, steps: Int
    ) throws(QueryError) -> (place: RowPlace, own: DraftPlace?) {
        guard let bytes = Cursor.bytes(description), bytes.count >= 22,
            var reader = Cursor.checked(bytes), let version = reader.byte(),
            version == Cursor.version || version == Cursor.draftVersion,
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
        var own: DraftPlace?
        if version == Cursor.draftVersion {
            guard let key = reader.value(), let floor = reader.word() else {
                throw .malformedCursor
            }
            own = DraftPlace(key: key, floor: floor)
        }
        guard reader.isAtEnd else { throw .malformedCursor }
        return (RowPlace(values: values, row: row), own)
    }

    /// The place in `ordering`, as `view` has it.
    ///
    /// - Throws: ``QueryError`` if the text is none of a cursor, or one of another bucket or order.
    func place(
        in ordering: CompiledOrdering, of view: BucketView, _ recorder: ReadRecorder?
    ) throws(QueryError) -> RowPlace {
        let (place, own) = try place(ordering.fingerprint, steps: ordering.steps.count)
        guard let own else { return place }
        if let record = view.record(row: place.row), record.key.value == own.key { return place }
        // Where it leads to depends on whether the record is there.
        let key = Key(own.key)
        recorder?.note(key, in: view.reference, reading: .none)
        return RowPlace(values: place.values, row: view.record(forKey: key)?.row ?? own.floor)
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
