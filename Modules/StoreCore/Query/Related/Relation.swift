/// How what belongs to each of some records is found, for all of them at once.
struct Relation<Related: Sendable>: Sendable {
    /// Looks whether the buckets are related in this way, and returns what finds one result for each record.
    let prepare: @Sendable (ReadSource) throws -> RelatedRows<Related>

    /// What is made of each record itself.
    static func each(_ make: @escaping @Sendable (Record) throws -> Related) -> Relation {
        Relation { _ in RelatedRows([]) { records, _ in try records.map(make) } }
    }

    /// What both find.
    func paired<Other>(
        with other: Relation<Other>
    ) -> Relation<(record: Related, related: Other)> {
        Relation<(record: Related, related: Other)> { [prepare] source in
            let first = try prepare(source)
            let second = try other.prepare(source)
            return RelatedRows(first.links + second.links) { records, note in
                zip(try first.make(records, note), try second.make(records, note))
                    .map { (record: $0, related: $1) }
            }
        }
    }
}

extension Relation where Related == Record? {
    /// The record that a column leads to.
    static func record(_ field: String) -> Relation {
        Relation { try $0.rows(of: field) { $0 } }
    }
}

extension Relation where Related == [Record] {
    /// The records of a bucket whose column leads here.
    static func records(_ bucket: String, _ field: String) -> Relation {
        Relation { try $0.rows(in: bucket, by: field) { $0 } }
    }
}

extension ReadSource {
    /// What is made of the record that a column of each record leads to; `expected` if only one bucket is right.
    func rows<Made>(
        of field: String, expected: String? = nil, _ make: @escaping (Record) throws -> Made
    ) throws -> RelatedRows<Made?> {
        let target = try target(of: field, expected: expected)
        let reference = try target.withView { view, _ in view.reference }
        return RelatedRows([.target(of: field, in: reference)]) { records, note in
            try target.records(referredToBy: records, field, note, make)
        }
    }

    /// What is made of those records of a bucket whose column leads to each record.
    func rows<Made>(
        in bucket: String, by field: String, _ make: @escaping (Record) throws -> Made
    ) throws -> RelatedRows<[Made]> {
        let referrers = try referrers(in: bucket, by: field)
        let reference = try referrers.withView { view, _ in view.reference }
        return RelatedRows([.referrers(in: reference, by: field)]) { records, note in
            try referrers.records(referringTo: records, field, note, make)
        }
    }
}

extension ReadSource {
    /// The bucket that a column of this one refers to, at the same position and instant; `expected` if only one is
    /// right.
    private func target(of field: String, expected: String? = nil) throws -> ReadSource {
        let layout = try withView { view, _ in view.layout }
        let target = try bucket(expected ?? layout.reference(field))
        try layout.check(field, refersTo: try target.withView { view, _ in view.layout })
        return target
    }

    /// A bucket of which a column refers to this one, at the same position and instant.
    private func referrers(in name: String, by field: String) throws -> ReadSource {
        let referrers = try bucket(name)
        let layout = try referrers.withView { view, _ in view.layout }
        try layout.check(field, refersTo: try withView { view, _ in view.layout })
        return referrers
    }

    /// Another bucket of the same store; of the same state, unless that is a live source.
    private func bucket(_ name: String) throws -> ReadSource {
        switch kind {
        case .live(let store, _):
            ReadSource(.live(store, try store.identity(name, near: nil)), recorder: recorder)
        case .snapshot(let snapshot, _):
            ReadSource(.snapshot(snapshot, try snapshot.bucket(name).slot), recorder: recorder)
        case .writer(let scope, _):
            ReadSource(
                .writer(scope, try scope.identity(name)), recorder: recorder)
        }
    }

    /// What is made of the record of this bucket that each of `records` leads to.
    private func records<Made>(
        referredToBy records: [Record], _ field: String, _ note: RelatedRows<Made>.Note?,
        _ make: (Record) throws -> Made
    ) throws -> [Made?] {
        let found = try records.map { $0[field] }.looked { value in
            try look(Key(value), reading: .all) { $0.map { Record($0.storage) } }
                .map { (record: $0, made: try make($0)) }
        }
        if let note {
            for (row, found) in found.enumerated() {
                if let found { note(row, found.record) }
            }
        }
        return found.map { $0?.made }
    }

    /// What is made of the records of this bucket that lead to each of `records`, in the bucket's order.
    private func records<Made>(
        referringTo records: [Record], _ field: String, _ note: RelatedRows<Made>.Note?,
        _ make: (Record) throws -> Made
    ) throws -> [[Made]] {
        var related: [[Made]] = Array(repeating: [], count: records.count)
        guard !records.isEmpty else { return related }
        let keys = records.map(\.key.value)
        let places = Dictionary(uniqueKeysWithValues: zip(keys, keys.indices))
        // One query for all: of ranges of an index, or a scan that looks values up in a set.
        for record in try Query(self, Predicate(.isIn(FieldPath(exact: field), keys))).all() {
            guard let place = places[record[field]] else { continue }
            related[place].append(try make(record))
            note?(place, record)
        }
        return related
    }
}

extension [Value] {
    /// What `look` finds for each value; it is asked once for each that is different, and not for null.
    func looked<Found>(_ look: (Value) throws -> Found?) rethrows -> [Found?] {
        var known: [Value: Found?] = [:]
        return try map { value in
            if value.isNull { return nil }
            if let found = known[value] { return found }
            let found = try look(value)
            known.updateValue(found, forKey: value)
            return found
        }
    }
}

extension Layout {
    /// The bucket that a column refers to.
    fileprivate func reference(_ field: String) throws(QueryError) -> String {
        guard let name = columns[try column(field)].references else {
            throw QueryError(
                reason: .noReference,
                message: "Field \(field.excerpt) of bucket \(bucket.excerpt) is no reference; "
                    + "declare it as one with references(…)")
        }
        return name
    }

    fileprivate func check(_ field: String, refersTo target: Layout) throws(QueryError) {
        guard let name = columns[try column(field)].references, bytesEqual(name, target.bucket)
        else {
            throw QueryError(
                reason: .noReference,
                message: "Field \(field.excerpt) of bucket \(bucket.excerpt) is no reference to "
                    + "bucket \(target.bucket.excerpt); declare it as one with references(…)")
        }
        guard target.keySlots.count == 1 else {
            throw QueryError(
                reason: .noReference,
                message: "Field \(field.excerpt) of bucket \(bucket.excerpt) cannot lead to "
                    + "records of bucket \(target.bucket.excerpt), whose key is of "
                    + "\(target.keySlots.count) fields; ask for them by those fields")
        }
    }

    private func column(_ field: String) throws(QueryError) -> Int {
        guard let slot = slot(of: field) else {
            throw QueryError(
                reason: .unknownField,
                message: "Bucket \(bucket.excerpt) declares no field \(field.excerpt); "
                    + "a reference is a column of the schema")
        }
        return slot
    }
}
