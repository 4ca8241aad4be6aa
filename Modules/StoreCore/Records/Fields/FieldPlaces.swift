/// Where the names of many fields stand.
///
/// They are searched one after the other at first, and through a hash table as soon as that would have been cheaper: so
/// whoever sets one field of many makes no table, and whoever sets them all takes O(1) for each.
@usableFromInline
final class FieldPlaces: @unchecked Sendable {
    // Unchecked: it is changed only by who holds the only reference, and belongs to the entries that it is asked about.

    /// Places, plus one, where their names' hashes say.
    ///
    /// 0 where there is none; empty while there is no table. Its size is a power of two, and at least twice the number of fields.
    private var table: [UInt32]
    /// How many names have been compared or entered, for whoever wants to know what was saved.
    private(set) var looked: Int
    /// What `looked` was when there was a table last.
    private var lookedBefore: Int

    /// As many searches through all fields as a table costs.
    private static let searchesMax = 4

    init() { (table, looked, lookedBefore) = ([], 0, 0) }

    private init(_ other: FieldPlaces) {
        (table, looked, lookedBefore) = (other.table, other.looked, other.lookedBefore)
    }

    /// One that may be changed beside this one.
    func copy() -> FieldPlaces { FieldPlaces(self) }

    /// The bytes that it occupies.
    var bytes: Int { 64 + table.count * MemoryLayout<UInt32>.stride }

    /// Where `name` stands.
    func find(_ name: String, in entries: [Fields.Entry]) -> Int? {
        guard !table.isEmpty else {
            return entries.indices.first { bytesEqual(entries[$0].name, name) }
        }
        let place = Int(table[slot(of: name, in: entries)])
        return place == 0 ? nil : place - 1
    }

    /// The same for who is about to change the fields, and may be followed by others.
    func findToWrite(_ name: String, in entries: [Fields.Entry]) -> Int? {
        let place = find(name, in: entries)
        guard table.isEmpty else {
            looked += 1
            return place
        }
        looked += place.map { $0 + 1 } ?? entries.count
        if looked - lookedBefore > FieldPlaces.searchesMax * entries.count {
            makeTable(of: entries)
        }
        return place
    }

    /// Enters the last of the fields, which is new.
    func enterLast(of entries: [Fields.Entry]) {
        guard !table.isEmpty else { return }
        if entries.count * 2 > table.count { return makeTable(of: entries) }
        looked += 1
        table[slot(of: entries[entries.count - 1].name, in: entries)] = UInt32(entries.count)
    }

    /// Forgets where names stand.
    func forget() {
        table = []
        lookedBefore = looked
    }

    private func makeTable(of entries: [Fields.Entry]) {
        var size = 64
        while size < entries.count * 4 { size *= 2 }
        table = Array(repeating: 0, count: size)
        for place in entries.indices {
            table[slot(of: entries[place].name, in: entries)] = UInt32(place + 1)
        }
        looked += entries.count
        lookedBefore = looked
    }

    /// The slot of a name: where it stands, or where it would.
    private func slot(of name: String, in entries: [Fields.Entry]) -> Int {
        var hasher = Hasher()
        bytesHash(name, into: &hasher)
        let mask = table.count - 1
        var slot = hasher.finalize() & mask
        while table[slot] != 0, !bytesEqual(entries[Int(table[slot]) - 1].name, name) {
            slot = (slot + 1) & mask
        }
        return slot
    }
}
