/// How many records a measurement runs over; its raw value is the suffix of the measurement's name.
public enum Size: String, CaseIterable, Sendable {
    case tenThousand = "10k"
    case hundredThousand = "100k"
    case million = "1m"

    /// The number of records.
    public var count: Int {
        switch self {
        case .tenThousand: 10_000
        case .hundredThousand: 100_000
        case .million: 1_000_000
        }
    }

    /// Rounds that a measurement runs, at most.
    var rounds: Int {
        switch self {
        case .tenThousand: 21
        case .hundredThousand: 9
        case .million: 5
        }
    }

    /// Time after which a measurement starts no further round.
    var duration: Duration {
        switch self {
        case .tenThousand: .seconds(2)
        case .hundredThousand: .seconds(4)
        case .million: .seconds(8)
        }
    }
}
