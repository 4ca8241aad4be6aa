/// How a query was carried out.
///
/// ```swift
/// print(try users.where(["role": "admin"]).explain())
/// // index "role" for role == "admin": 1000 examined, 1000 returned
/// ```
public struct Explanation: Sendable, Hashable, CustomStringConvertible {
    /// How records were found.
    public enum Access: Sendable, Hashable, CustomStringConvertible {
        /// The predicate cannot hold, so that nothing was looked at.
        case nothing
        /// By key.
        case key
        /// By the unique value of these fields.
        case unique([String])
        /// By ranges of the index on these fields.
        case index([String])
        /// By the rows that ranges of all these indexes have in common.
        case intersection([[String]])
        /// By the rows that ranges of any of these indexes, keys or unique values lead to.
        case union([[String]])
        /// By looking at every record.
        case scan

        /// The access in words.
        public var description: String {
            switch self {
            case .nothing: return "nothing"
            case .key: return "key"
            case .unique(let fields): return "unique \"\(fields.joined(separator: ","))\""
            case .index(let fields): return "index \"\(fields.joined(separator: ","))\""
            case .intersection(let lists): return "intersection of \(Access.names(lists, "and"))"
            case .union(let lists): return "union of \(Access.names(lists, "or"))"
            case .scan: return "scan"
            }
        }

        private static func names(_ lists: [[String]], _ word: String) -> String {
            lists.map { "\"\($0.joined(separator: ","))\"" }.joined(separator: " \(word) ")
        }
    }

    /// How records were found.
    public let access: Access
    /// How many records were looked at.
    public let rowsExamined: Int
    /// How many records the query returns.
    public let rowsReturned: Int
    /// Whether records had to be compared with one another to put them in order.
    public let isSorted: Bool
    /// What records must satisfy, in words.
    public let predicate: String

    /// The explanation in one line.
    public var description: String {
        "\(access) for \(predicate)\(isSorted ? ", sorted" : ""): "
            + "\(rowsExamined) examined, \(rowsReturned) returned"
    }
}

extension Explanation {
    init(_ plan: Plan, _ predicate: String, examined: Int, returned: Int, in layout: Layout) {
        switch plan.access {
        case .nothing: access = .nothing
        case .keys: access = .key
        case .unique(let number, _): access = .unique(layout.uniques[number].fields)
        case .rows: access = .scan
        case .index(let index):
            access = .index(layout.indexes[index.number].definition.fields)
        case .combined(let combined):
            let fields = combined.fields(in: layout)
            access = combined.kind == .union ? .union(fields) : .intersection(fields)
        }
        if case .sorted = plan.delivery { isSorted = true } else { isSorted = false }
        rowsExamined = examined
        rowsReturned = returned
        self.predicate = predicate
    }
}
