import StoreCore

/// The records that match, each with what it is related to in other buckets.
///
/// A change of one of these concerns the rows that its key or its field leads to; those alone are put together anew, in the
/// state that is to be shown.
final class JoinMaintainer<Element: Sendable>: ListMaintainer<Element>, @unchecked Sendable {
    private let relate: @Sendable (SnapshotBucket) throws -> RelatedRows<Element>
    private(set) var links: [RelatedLink] = []
    /// The records that have rows.
    private(set) var records: [Key: Record] = [:]
    /// The keys of the rows by the value of their field, for each link that leads from one.
    private(set) var rowsByValue: [[Value: Set<Key>]] = []
    /// The rows that have to be put together anew.
    private(set) var dirty: Set<Key> = []
    /// Why rows could not be put together.
    private(set) var faults: [Key: any Error] = [:]

    init(
        _ query: Query,
        _ relate: @escaping @Sendable (SnapshotBucket) throws -> RelatedRows<Element>
    ) {
        self.relate = relate
        super.init(query, nil)
    }

    // MARK: Rows

    override func made(
        _ found: [Record], _ query: Query, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws -> [ListRow] {
        let rows = try relate(try snapshot.bucket(bucketName))
        links = rows.links
        // Single reads of them would soon be too many to be told apart.
        for link in links { recorder.noteAll(of: link.bucket) }
        records = [:]
        dirty = []
        faults = [:]
        rowsByValue = links.map { _ in [:] }
        for record in found { enter(record) }
        return try putTogether(found, by: rows)
    }

    private func putTogether(
        _ records: [Record], by related: RelatedRows<Element>
    ) throws -> [ListRow] {
        do {
            return zip(records, try related.traced(records)).map {
                ListRow($1.row, of: $0, with: $1.related)
            }
        } catch {
            // A row that is not shown must not fail those that are.
            guard isLimited else { throw error }
            guard records.count > 1 else {
                for record in records { faults[record.key] = error }
                return records.map { ListRow(of: $0) }
            }
            let middle = records.count / 2
            return try putTogether(Array(records[..<middle]), by: related)
                + putTogether(Array(records[middle...]), by: related)
        }
    }

    override func check(_ record: Record) throws {
        if let fault = faults[record.key] { throw fault }
    }

    override func made(_ record: Record) -> ListRow {
        enter(record)
        dirty.insert(record.key)
        return ListRow(of: record)
    }

    override func stayed(_ old: Record, _ new: Record) {
        // Its row is put together anew when all changes have been gone through.
        records[new.key] = new
        dirty.insert(new.key)
        for (place, link) in links.enumerated() {
            guard case .target(let field, _) = link else { continue }
            let (before, after) = (old[field], new[field])
            if before == after { continue }
            unlink(place, before, old.key)
            self.link(place, after, new.key)
        }
    }

    override func left(_ record: Record) {
        let key = record.key
        // Its row may still be that of the version before.
        let record = records.removeValue(forKey: key) ?? record
        dirty.remove(key)
        faults[key] = nil
        for (place, link) in links.enumerated() {
            if case .target(let field, _) = link { unlink(place, record[field], key) }
        }
    }

    private func enter(_ record: Record) {
        let key = record.key
        records[key] = record
        for (place, link) in links.enumerated() {
            if case .target(let field, _) = link { self.link(place, record[field], key) }
        }
    }

    private func link(_ place: Int, _ value: Value, _ key: Key) {
        if !value.isNull { rowsByValue[place][value, default: []].insert(key) }
    }

    private func unlink(_ place: Int, _ value: Value, _ key: Key) {
        guard rowsByValue[place][value]?.remove(key) != nil else { return }
        if rowsByValue[place][value]?.isEmpty == true { rowsByValue[place][value] = nil }
    }

    // MARK: What is related

    override func relates(to bucket: String) -> Bool {
        links.contains { $0.bucket.name == bucket }
    }

    override func relate(_ change: Change) -> Bool {
        for (place, link) in links.enumerated() where link.bucket == change.bucket {
            switch link {
            case .target:
                dirty.formUnion(rowsByValue[place][change.key.value] ?? [])
            case .referrers(_, let field):
                guard change.hasOldImage else { return false }
                for record in [change.old, change.new] {
                    if let record { markReferred(by: record[field]) }
                }
            }
        }
        return true
    }

    override func relateDeadlines(in snapshot: Snapshot) throws {
        for (place, link) in links.enumerated() {
            let bucket = try snapshot.bucket(link.bucket.name)
            for record in try passed(of: bucket, until: snapshot.instant) {
                switch link {
                case .target: dirty.formUnion(rowsByValue[place][record.key.value] ?? [])
                case .referrers(_, let field): markReferred(by: record[field])
                }
            }
        }
    }

    private func markReferred(by value: Value) {
        if value.isNull { return }
        let key = Key(value)
        if records[key] != nil { dirty.insert(key) }
    }

    override func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) throws -> Bool? {
        guard try super.settle(prepared, snapshot) != nil else { return nil }
        if !dirty.isEmpty {
            let found = dirty.compactMap { records[$0] }
            for record in found { faults[record.key] = nil }
            let related = try relate(try snapshot.bucket(bucketName))
            for row in try putTogether(found, by: related) { put(row) }
            dirty = []
        }
        return try super.settle(prepared, snapshot)
    }
}
