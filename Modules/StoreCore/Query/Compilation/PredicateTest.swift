/// One instruction of a compiled predicate: a test of one field, and where to go on after it.
struct PredicateTest {
    enum Kind: UInt8 {
        /// Is null.
        case null
        /// Against the integer in `first`.
        case integer
        /// Against the double in `first`.
        case double
        /// Against the date in `first`.
        case date
        /// Against the string of at most 15 bytes in `first` and `second`.
        case shortString
        /// Begins with the string of at most 15 bytes in `first` and `second`.
        case shortPrefix
        /// Begins with constant number `constant`.
        case prefix
        /// Against constant number `constant`.
        case value
        /// Is in set number `constant`.
        case member
        /// Contains constant number `constant`.
        case contains
        /// Against constant number `constant`, ignoring case.
        case folded
        /// Begins with constant number `constant`, which is folded, ignoring case.
        case foldedPrefix
        /// Is in set number `constant`, which is of folded texts, ignoring case.
        case foldedMember
        /// What test number `constant` says of the record.
        case code
        /// What the tests from number `constant` on say, which search the record for many fields.
        case searches
    }

    /// Outcomes of a comparison; a test passes if its outcome is among the accepted ones.
    struct Outcomes: OptionSet {
        let rawValue: UInt8
        static let less = Outcomes(rawValue: 1)
        static let equal = Outcomes(rawValue: 2)
        static let greater = Outcomes(rawValue: 4)
        /// The values are of different kinds.
        static let unrelated = Outcomes(rawValue: 8)
        static let notEqual: Outcomes = [.less, .greater, .unrelated]
    }

    let kind: Kind
    let accepted: Outcomes
    /// The column to be tested, or -1 if `operand` says where the value is.
    let slot: Int32
    let operand: Int32
    let constant: Int32
    /// Where to go on: another test, or `accept` or `reject`.
    let onTrue: Int32
    let onFalse: Int32
    let first: UInt64
    let second: UInt64

    static let accept: Int32 = -1
    static let reject: Int32 = -2

    @inline(__always)
    func accepts(_ outcome: Outcomes) -> Bool { accepted.rawValue & outcome.rawValue != 0 }

    /// Whether the order of two values is among the accepted ones.
    @inline(__always)
    func accepts(order: Int) -> Bool {
        accepts(order < 0 ? .less : order == 0 ? .equal : .greater)
    }
}
