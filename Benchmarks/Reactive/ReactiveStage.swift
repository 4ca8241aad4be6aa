import Measuring

/// The stores of one size, each made and filled when a measurement first asks for it.
final class ReactiveStage {
    private let size: Size
    private var made: [Int: Watched] = [:]
    private var latest: (plain: Double, added: Double) = (0, 0)

    private static let writes = 1_000
    /// Fewer than the records of the least size, so that some records are left to write of which no query knows.
    private static let crowd = 9_000

    init(_ size: Size) { self.size = size }

    private func store(_ queries: Int) async throws -> Watched {
        if let store = made[queries] { return store }
        let store = try await Watched(size.count, queries: queries)
        made[queries] = store
        return store
    }

    /// From a write to the one handler that it concerns, among many queries and among few.
    func registerWaking(_ name: String, _ queries: Int) {
        Measurement(
            name, .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    try await store(queries).wakingRound(Self.writes)
                },
                Contestant("few") { [self] _ in try await store(100).wakingRound(Self.writes) },
            ]
        ).register()
    }

    /// What queries that a write does not concern add to it.
    func registerUnrelated() {
        Measurement(
            "reactive.unrelated10k", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let (plain, crowded) = (try await store(0), try await store(Self.crowd))
                    var (without, with): (UInt64, UInt64) = (0, 0)
                    for _ in 0..<10 {
                        without += try await plain.write(Self.writes)
                        with += try await crowded.write(Self.writes)
                        with += try await crowded.write(Self.writes)
                        without += try await plain.write(Self.writes)
                    }
                    let writes = Double(20 * Self.writes)
                    latest = (Double(without) / writes, Double(with) / writes)
                    return latest.added - latest.plain
                },
                Contestant("plain") { [self] _ in latest.plain },
            ]
        ).register()
    }

    /// From a commit to the handler that shows it, at the longest, behind a writer in a loop and behind one that waits
    /// for each.
    func registerBehindWriter() {
        Measurement(
            "reactive.behindWriter", .nanoseconds, size, warmUps: 0,
            [
                Contestant("store", roundsMax: 3) { _ in
                    try await BusyWriter.longestDelay(waits: false)
                },
                Contestant("quiet", roundsMax: 3) { _ in
                    try await BusyWriter.longestDelay(waits: true)
                },
            ]
        ).register()
    }
}
