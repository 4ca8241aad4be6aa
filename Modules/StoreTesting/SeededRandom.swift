/// Random numbers that are the same for the same seed, in every run and on every platform.
///
/// A random test that prints its seed can be run again exactly as it failed:
///
/// ```swift
/// @Test(arguments: 1...20 as ClosedRange<UInt64>)
/// func `counts follow insertions and deletions`(seed: UInt64) async throws {
///     var random = SeededRandom(seed)
///     for _ in 0..<1_000 {
///         if random.once(in: 3) { try await delete(random.pick(keys)) } else { try await insert() }
///     }
/// }
/// ```
///
/// The generator is SplitMix64: good enough for tests, and guessable, so that it is nothing for secrets.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins the sequence of a seed.
    ///
    /// All are stretches of one sequence. That of the next seed begins one number further on; those of seeds that lie
    /// far apart, such as `seed << 32`, do not meet.
    public init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number from 0 up to and without `bound`, which is at least 1.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "no number is at least 0 and below \(bound)")
        return Int(next() % UInt64(bound))
    }

    /// True once in `count` times on average.
    public mutating func once(in count: Int) -> Bool { below(count) == 0 }

    /// One of `choices`, of which there is at least one.
    public mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
}
