/// Which buckets' enforced references lead to which, by names: a bucket may refer to one that is not there yet.
struct ReferenceLinks {
    private struct Source {
        let generation: UInt64
        let referrers: [Referrer]
    }

    /// For each bucket that is referred to, who refers to it.
    private var sources: [ByteString: [ByteString: Source]] = [:]
    /// For each bucket that refers to others, to which.
    private var targets: [ByteString: Set<ByteString>] = [:]

    /// In order of the referring buckets' definition.
    func referrers(of target: ByteString) -> [Referrer] {
        guard let sources = sources[target] else { return [] }
        return sources.values.sorted { $0.generation < $1.generation }.flatMap(\.referrers)
    }

    /// Enters what a bucket refers to now; nil where it is gone.
    ///
    /// - Returns: the buckets that have to be told: those it refers to or did, and itself.
    mutating func relink(_ name: ByteString, _ bucket: BucketIdentity?) -> Set<ByteString> {
        let former = targets[name] ?? []
        for target in former {
            sources[target]?[name] = nil
            if sources[target]?.isEmpty == true { sources[target] = nil }
        }
        let references = bucket?.layout.layout.references ?? []
        let now = Dictionary(grouping: references) { ByteString($0.target) }
        targets[name] = now.isEmpty ? nil : Set(now.keys)
        if let bucket {
            for (target, references) in now {
                sources[target, default: [:]][name] = Source(
                    generation: bucket.reference.generation,
                    referrers: references.map { Referrer(bucket: bucket, reference: $0) })
            }
        }
        return former.union(now.keys).union([name])
    }
}
