import Benchmark
import Measuring

/// The floor: a dictionary of structs and a hand-made index on the role, behind a lock.
///
/// No schema, no
/// snapshot, no order, nothing told to anyone.
final class DictionaryDriver: @unchecked Sendable {
    static let name = "dictionary"

    private let lock = ReadWriteLock()
    private var rows: [String: Row] = [:]
    private var keysByRole: [String: Set<String>] = [:]

    func fill(_ rows: [Row]) {
        for row in rows { insert(row) }
    }

    @inline(__always)
    func insert(_ row: Row) {
        lock.writing {
            let old = rows.updateValue(row, forKey: row.id)
            precondition(old == nil, "the key is taken")
            keysByRole[row.role, default: []].insert(row.id)
        }
    }

    @inline(__always)
    func get(_ key: String) -> Row? {
        lock.reading { rows[key] }
    }

    @inline(__always)
    func update(_ key: String, value: Double) {
        lock.writing { rows[key]?.value = value }
    }

    @inline(__always)
    func delete(_ key: String) {
        lock.writing {
            guard let row = rows.removeValue(forKey: key) else { return }
            keysByRole[row.role]?.remove(key)
        }
    }

    func all(role: String) -> [Row] {
        lock.reading {
            guard let keys = keysByRole[role] else { return [] }
            var found: [Row] = []
            found.reserveCapacity(keys.count)
            for key in keys {
                if let row = rows[key] { found.append(row) }
            }
            return found
        }
    }

    func all(below bound: Double) -> [Row] {
        lock.reading {
            var found: [Row] = []
            for row in rows.values where row.value < bound { found.append(row) }
            return found
        }
    }

    func first(role: String) -> Row? {
        lock.reading { keysByRole[role]?.first.flatMap { rows[$0] } }
    }

    func count(role: String) -> Int {
        lock.reading { keysByRole[role]?.count ?? 0 }
    }

    /// The least or greatest role: the index is a hash, so all its values are looked at.
    func endRole(greatest: Bool) -> String? {
        lock.reading { greatest ? keysByRole.keys.max() : keysByRole.keys.min() }
    }

    /// A copy in O(1); the next write pays for it.
    func copy() -> (rows: [String: Row], keysByRole: [String: Set<String>]) {
        lock.reading { (rows, keysByRole) }
    }
}
