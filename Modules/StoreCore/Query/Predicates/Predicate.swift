/// A condition on records.
///
/// ```swift
/// .field("age") >= 18 || .field("role") == "admin"
/// .field("address.city").hasPrefix("B") && !.field("email").isNull
/// ```
///
/// Null and missing are the same. `==` and `isIn` compare as ``Value`` does: equal numbers are
/// equal whether they are integers or doubles, strings by their UTF-8 bytes. `<`, `<=`, `>`, `>=`
/// and `between` hold only between values of one kind (two numbers, two strings, two dates …) and
/// never for null; `!=` and `!` are exact negations, so that a missing `x` satisfies `.field("x")
/// != 1`.
///
/// Ignoring case, texts are compared by the UTF-8 bytes of what the standard library's
/// `lowercased()` makes of them: the same in every locale, and not normalised.
///
/// Long chains of one operator are cheap to build, in a loop too. A predicate that is nested deeper
/// than ``depthMax`` levels, or has more than ``sizeMax`` tests, can be built and thrown away, and
/// makes every query that is given it throw ``QueryError``.
public struct Predicate: Sendable, Hashable {
    /// What a predicate is made of.
    ///
    /// Texts are compared by their bytes: what differs in them selects other records, whatever a reader sees.
    indirect enum Node: Sendable, Hashable {
        case constant(Bool)
        case compare(FieldPath, Comparison, Value)
        case isIn(FieldPath, [Value])
        case between(FieldPath, Value, Value)
        case hasPrefix(FieldPath, ByteString)
        /// The folded text is one of these, which are folded.
        case isInFolded(FieldPath, [ByteString])
        /// The folded text begins with this one, which is folded.
        case hasPrefixFolded(FieldPath, ByteString)
        case contains(FieldPath, Value)
        case matching(RecordTest)
        case not(Node)
        case every(PredicateTerms)
        case some(PredicateTerms)
        /// What stands for a predicate that was nested too deep to be kept.
        case tooDeep
    }

    enum Comparison: Sendable, Hashable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    }

    /// A test that only its author can look into; two are equal when they are one and the same.
    final class RecordTest: Sendable, Hashable {
        let body: @Sendable (Record) -> Bool

        init(_ body: @escaping @Sendable (Record) -> Bool) { self.body = body }

        static func == (one: RecordTest, other: RecordTest) -> Bool { one === other }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
    }

    /// How deep a predicate may be nested: alternations of `&&`, `||` and `!`.
    ///
    /// A chain of one operator is one level.
    public static let depthMax = 256

    /// How many tests a predicate may have.
    ///
    /// A part that stands in it twice counts twice: a predicate joined with itself over and over has more tests than
    /// can ever be run.
    public static let sizeMax = 1_000_000

    let node: Node
    /// Levels of `node`, at most `depthMax`.
    let depth: Int
    /// Tests of `node`, at most `sizeMax`.
    let size: Int

    init(_ node: Node, depth: Int = 1, size: Int = 1) {
        if depth > Predicate.depthMax || size > Predicate.sizeMax {
            self.node = .tooDeep
            self.depth = Predicate.depthMax
            self.size = Predicate.sizeMax
        } else {
            self.node = node
            self.depth = depth
            self.size = size
        }
    }

    /// The predicate that every record satisfies.
    public static let all = Predicate(.constant(true))

    /// The predicate that no record satisfies.
    public static let none = Predicate(.constant(false))

    /// Every field of `fields` equals the value given for it; nil asks for null or missing.
    ///
    /// Names mean what they do in an insert: dots that are part of no column's name lead into objects, except in names
    /// that are exact.
    ///
    /// - Complexity: O(number of fields).
    public init(_ fields: Fields) {
        var terms: PredicateTerms?
        for entry in fields.entries {
            let path = entry.isExact ? FieldPath(exact: entry.name) : .reading(entry.name)
            let term = PredicateTerms(.compare(path, .equal, entry.value))
            terms = terms.map { PredicateTerms.joined($0, term) } ?? term
        }
        guard let terms else {
            self = .all
            return
        }
        if let only = terms.only {
            self.init(only)
        } else {
            self.init(.every(terms), depth: 2, size: terms.count)
        }
    }

    /// A test in code, for what the other predicates cannot say.
    ///
    /// No index helps it, and whoever tracks what has been read must take it as a read of the whole
    /// bucket. The test may run on any thread, more than once, and must depend on the record alone.
    public static func matching(_ test: @escaping @Sendable (Record) -> Bool) -> Predicate {
        Predicate(.matching(RecordTest(test)))
    }
}
