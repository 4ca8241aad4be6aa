import StoreCore
struct ReadSetIndex {
    var sets: [UInt64: ReadSet] = [:]
    mutating func insert(_ r: ReadSet, as id: UInt64) { sets[id] = r }
    mutating func remove(_ id: UInt64) { sets[id] = nil }
    func forEachMeeting(_ c: Commit, _ body: (UInt64, String) -> Void) {
        for (id, r) in sets where r.intersects(c) { body(id, "change") }
    }
}
