import StoreCore

/// A query value: a query of one bucket whose result is kept up to date from changes.
final class MaintainedNode<Value: Sendable>: ValueNode<Value>, @unchecked Sendable {
    private let query: Query
    private let reference: BucketReference
    let maintainer: Maintainer<Value>

    /// More changes than this are not gone through while others wait.
    private static var advanceMax: Int { 1_024 }

    init(
        _ id: UInt64, _ what: String, _ query: Query, of handle: DynamicBucket,
        _ coalescing: Coalescing, _ key: NodeKey?, _ maintainer: Maintainer<Value>
    ) {
        self.query = query
        reference = handle.reference
        self.maintainer = maintainer
        super.init(id, handle.name, what, coalescing, key)
    }

    override var isMaintained: Bool { true }

    /// A handle's bucket does not come back.
    override func isFinal(_ error: any Error) -> Bool {
        (error as? StoreError)?.reason == .bucketDropped(reference.name)
    }

    override func advance(_ run: QueryRun) -> NodeResult? {
        guard let commits = run.commits,
            commits.reduce(0, { $0 + $1.records.count }) <= MaintainedNode.advanceMax
        else { return nil }
        return followed(run)
    }

    override func evaluate(_ run: QueryRun) async -> NodeResult {
        if let result = followed(run) { return result }
        do {
            try maintainer.load(query, of: try bucket(run), in: run.snapshot, run.recorder)
            return made(try maintainer.value(), run)
        } catch {
            // A bucket that records are related to may be defined again.
            if let name = (error as? StoreError)?.bucket, name != reference.name {
                run.noteAbsent(name)
            }
            return result(error, of: run)
        }
    }

    /// What comes of going through the commits; nil if it has to be read anew.
    private func followed(_ run: QueryRun) -> NodeResult? {
        guard let commits = run.commits, maintainer.prepared != nil else { return nil }
        var made: NodeResult
        do {
            let bucket = try bucket(run)
            guard
                let mayDiffer = try maintainer.advance(
                    through: commits, of: bucket, in: run.snapshot)
            else { return nil }
            // What was shown before a failure is no result.
            if mayDiffer || isFailing || run.previous == nil {
                made = self.made(try maintainer.value(), run)
            } else {
                made = unchanged(by: run)
            }
        } catch {
            made = result(error, of: run)
        }
        made.keepsReads = true
        return made
    }

    private func made(_ value: Value, _ run: QueryRun) -> NodeResult {
        let isNew = (run.previous as? Value).map { !maintainer.isSame($0, value) } ?? true
        return result(value, isNew: isNew, of: run)
    }

    private func bucket(_ run: QueryRun) throws -> SnapshotBucket {
        guard let bucket = try? run.snapshot.bucket(reference.name), bucket.reference == reference
        else { throw StoreError(.bucketDropped(reference.name)) }
        return bucket
    }
}
