/// One instruction of a compiled predicate: a test of one field, and where to go on after it.
struct PredicateTest {
    enum Kind: UInt8 {
        /// Is null.
        case null
        /// Against the integer in `first`.
        case integer
        /// Against a string of at most 15 bytes, whose representation is in `first` and `second`;
        /// equality only.
        case shortString
        /// Against constant number `constant`.
        case value
        /// Is in set number `constant`.
        case member
        /// Begins with constant number `constant`.
        case prefix
        /// Contains constant number `constant`.
        case contains
        /// What test number `constant` says of the record.
        case code
    }

    /// Outcomes of a comparison; a test passes if its outcome is among the accepted ones.
    struct Outcomes: OptionSet {
        let rawValue: UInt8
        static let less = Outcomes(rawValue: 1)
        static let equal = Outcomes(rawValue: 2)
        static let greater = Outcomes(rawValue: 4)
        /// The values are of different kinds.
        static let unrelated = Outcomes(rawValue: 8)
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
}
