/// Which history of commits a store carries on.
///
/// A position alone does not name a commit. Another store has one at the same position, and so has this store, if a
/// crash took commits that somebody had seen before they were durable: it went on from the position that was left,
/// with others. The store's id, the incarnation and the position name one commit together, and whoever remembers
/// the three is told by ``contains(_:in:)`` whether that commit still counts.
///
/// It is kept with the store's data by whatever keeps that, and restored by ``StateRestoration/setIdentity(_:)``.
public struct StoreIdentity: Sendable, Hashable, Codable {
    /// Names the store for as long as its data lives, through every restart.
    public let id: String

    /// The positions from which the store went on after commits behind them had been lost, oldest first.
    ///
    /// Where a later loss reached back beyond an earlier fork, both stand at the later one's position: nothing of what
    /// lay between is left.
    public let forks: [Position]

    /// The identity of a store that begins: a random id of 32 hexadecimal digits, and no forks.
    ///
    /// The 128 bits come from the system's secure source and not from the store's `IDGenerator`, whose sequence is left
    /// as it is.
    public init() {
        let digits = String(UInt128.random(in: .min ... .max), radix: 16)
        self.init(id: String(repeating: "0", count: 32 - digits.count) + digits)
    }

    /// Puts an identity together by hand.
    ///
    /// A store starts with it only if the id is not empty and the forks ascend.
    public init(id: String, forks: [Position] = []) {
        self.id = id
        self.forks = forks
    }

    /// Counts the forks: 0 in a store that has never lost a commit.
    public var incarnation: Int { forks.count }

    /// The identity of the same store after it has lost what came after `position`.
    ///
    /// - Complexity: O(number of forks).
    public func forked(at position: Position) -> StoreIdentity {
        StoreIdentity(id: id, forks: forks.map { min($0, position) } + [position])
    }

    /// Whether the commit at `position`, seen in `incarnation`, is still part of this history.
    ///
    /// The store need not have come as far as `position` yet.
    ///
    /// - Returns: false if the commit was lost in a fork since, or if this history has no such incarnation.
    /// - Complexity: O(number of forks).
    public func contains(_ position: Position, in incarnation: Int) -> Bool {
        guard (0...forks.count).contains(incarnation) else { return false }
        return forks[incarnation...].allSatisfy { $0 >= position }
    }
}
