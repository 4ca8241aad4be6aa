import Measuring

/// Live queries whose results are kept up to date, and stores without any.
final class KeptStage {
    private let size: Size
    private var made: [String: Kept] = [:]
    private static let few = 1_000

    init(_ size: Size) { self.size = size }

    private func store(_ name: String, _ count: Int, _ kind: Kept.Kind, isIndexed: Bool = true)
        async throws -> Kept
    {
        if let store = made[name] { return store }
        let store = try await Kept(count, kind, isIndexed: isIndexed)
        made[name] = store
        return store
    }

    /// What a query adds to each change of a commit, among all records and among few.
    func register(_ name: String, _ kind: Kept.Kind, _ writing: Kept.Writing = .relevant) {
        var contestants = [contestant("store", name, size.count, kind, writing)]
        contestants.append(contestant("few", name, Self.few, kind, writing))
        if kind == .top20, writing == .relevant {
            contestants.append(
                contestant("unindexed", name, size.count, kind, writing, isIndexed: false))
        }
        Measurement(name, .nanoseconds, size, contestants).register()
    }

    private func contestant(
        _ label: String, _ name: String, _ count: Int, _ kind: Kept.Kind,
        _ writing: Kept.Writing, isIndexed: Bool = true
    ) -> Contestant {
        Contestant(label) { [self] _ in
            let mark = isIndexed ? "" : "unindexed"
            let plain = try await store("plain\(count)\(mark)", count, .none, isIndexed: isIndexed)
            let kept = try await store("\(kind)\(count)\(mark)", count, kind, isIndexed: isIndexed)
            var (without, with): (Double, Double) = (0, 0)
            for _ in 0..<10 {
                without += try await plain.round(writing)
                with += try await kept.round(writing)
                with += try await kept.round(writing)
                without += try await plain.round(writing)
            }
            return (with - without) / 20
        }
    }
}
