/// The place of a commit in its store's history.
///
/// Positions are gapless: the first commit of a store has position 1, and each commit that follows has the next one. A
/// store that has seen no commit is at position 0.
@frozen
public struct Position: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The number of commits up to here.
    public let value: UInt64

    /// Makes a position by hand.
    @inlinable
    public init(_ value: UInt64) { self.value = value }

    /// Before the first commit.
    public static let start = Position(0)

    /// The position of the commit after this one.
    public var next: Position { Position(value &+ 1) }

    /// Whether one commit came before the other.
    @inlinable
    public static func < (one: Position, other: Position) -> Bool { one.value < other.value }

    /// The number.
    public var description: String { "\(value)" }

    /// Makes a position by hand.
    public init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(UInt64.self)
    }

    /// Writes the bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
