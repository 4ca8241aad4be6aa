extension Layout {
    /// Makes a record to be inserted: what is given, then generated values, then defaults, all of
    /// it validated.
    ///
    /// An explicit null is not missing: it is neither generated nor given a default, and a required
    /// field refuses it. Undeclared fields are kept, unless the bucket is strict; metadata among
    /// them is dropped. The header is a fresh one.
    ///
    /// - Throws: `ValidationError` with every fault found.
    /// - Complexity: O(n) in the number of fields; one allocation when all are declared.
    func makeRecord(
        _ fields: Fields, generating context: borrowing GenerationContext
    ) throws(ValidationError) -> RecordStorage {
        var draft = RecordDraft(layout: self)
        draft.take(fields)
        draft.generate(from: context)
        draft.applyDefaults()
        return try draft.finish()
    }

    /// Makes a record that replaces another: key and generated values are kept, what is missing
    /// gets its default or null.
    ///
    /// The header is the existing one's: its owner raises the version and sets the times.
    ///
    /// - Throws: `ValidationError` with every fault found; `immutable` for a key or generated field
    ///   that differs.
    func makeReplacement(_ fields: Fields, for existing: RecordStorage) throws(ValidationError)
        -> RecordStorage
    {
        var draft = RecordDraft(layout: self)
        draft.take(fields)
        draft.keepFixed(of: existing)
        draft.applyDefaults()
        let storage = try draft.finish()
        storage.inherit(existing.head.pointee)
        return storage
    }
}

extension RecordStorage {
    /// Takes over everything of a header but what depends on the values.
    @inline(__always)
    func inherit(_ other: RecordHeader) {
        head.pointee.row = other.row
        head.pointee.position = other.position
        head.pointee.version = other.version
        head.pointee.createdAt = other.createdAt
        head.pointee.updatedAt = other.updatedAt
        head.pointee.expiresAt = other.expiresAt
        head.pointee.ruled = other.ruled
    }

    /// The value of a column of `layout`, which need not be the record's own.
    @inline(__always)
    func value(for slot: Int, of layout: Layout) -> Value {
        head.pointee.withLayout { $0.isShaped(as: layout) }
            ? values[slot] : value(named: layout.names[slot])
    }

    /// The same record in the shape of another layout: fields find their columns by name.
    func laidOut(as layout: Layout) -> RecordStorage {
        if head.pointee.withLayout({ $0.isShaped(as: layout) }) { return self }
        let fields = Record(self).fields
        let extras = fields.entries.filter { layout.index(of: $0.name) < 0 }
        let undeclared = self.extras.map(FieldFinder.init)
        let result = RecordStorage.make(
            layout: layout, extras: extras.isEmpty ? nil : Fields(unique: extras)
        ) { target in
            for slot in 0..<layout.count {
                (target + slot).initialize(to: value(named: layout.names[slot], undeclared))
            }
        }
        result.inherit(head.pointee)
        result.measure()
        return result
    }
}
