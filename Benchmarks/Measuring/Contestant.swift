/// One side of a measurement: the store or a peer.
public struct Contestant {
    /// The side's name in reports.
    ///
    /// The side named `store` is the one that the others are peers of.
    public let name: String

    /// Rounds in which this side takes part, at most; a slow peer stands back after a few.
    let roundsMax: Int

    /// Runs one round and returns its figure.
    let round: (Int) async throws -> Double

    /// A side that takes part in the first `roundsMax` rounds.
    public init(
        _ name: String, roundsMax: Int = .max, round: @escaping (Int) async throws -> Double
    ) {
        self.name = name
        self.roundsMax = roundsMax
        self.round = round
    }
}
