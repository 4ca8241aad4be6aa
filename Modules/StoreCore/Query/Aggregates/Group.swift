/// Records that are equal in some fields, and what was worked out about them.
public struct Group: Sendable, Hashable {
    /// The fields by which the records were grouped, and the group's values; null stands for null
    /// and missing.
    public let key: Fields
    /// The number of records in the group; at least 1.
    public let count: Int
    /// The results by name, in the order asked for.
    public let results: Fields

    /// A group by hand; `results` by the names of what was worked out.
    public init(key: Fields, count: Int, results: Fields) {
        self.key = key
        self.count = count
        self.results = results
    }

    /// A result by its name, such as `"sum(total)"`, or one of the values grouped by; null if there
    /// is neither.
    ///
    /// - Complexity: O(number of fields and results).
    public subscript(_ name: String) -> Value {
        results.contains(name) ? results[exact: name] : key[exact: name]
    }

    /// The result of `aggregate`; null if it was not asked for.
    ///
    /// - Complexity: O(number of results).
    public subscript(_ aggregate: Aggregate) -> Value { results[exact: aggregate.name] }

    /// Whether nothing tells the two apart, not even how a value is spelt, 1 or 1.0.
    public func isIdentical(to other: Group) -> Bool {
        count == other.count && key.isIdentical(to: other.key)
            && results.isIdentical(to: other.results)
    }
}
