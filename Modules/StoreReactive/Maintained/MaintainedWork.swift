import StoreCore

/// A query value: a query of one bucket whose result is kept up to date from changes.
final class MaintainedWork<Value: Sendable>: QueryWork {
    private let shape: QueryShape
    private let reference: BucketReference
    let maintainer: Maintainer<Value>

    /// More changes than this are not gone through while others wait.
    private static var advanceMax: Int { 1_024 }

    init(_ shape: QueryShape, of reference: BucketReference, _ maintainer: Maintainer<Value>) {
        self.shape = shape
        self.reference = reference
        self.maintainer = maintainer
    }

    var isMaintained: Bool { true }

    /// A handle's bucket does not come back.
    func isFinal(_ error: any Error) -> Bool {
        (error as? StoreError)?.reason == .bucketDropped(reference.name)
    }

    func advance(_ run: QueryRun, of node: ValueNode<Value>) -> NodeResult? {
        guard let commits = run.commits,
            commits.reduce(0, { $0 + $1.records.count }) <= MaintainedWork.advanceMax
        else { return nil }
        return followed(run, node)
    }

    func evaluate(_ run: QueryRun, of node: ValueNode<Value>) async -> NodeResult {
        if let result = followed(run, node) { return result }
        do {
            let bucket = try bucket(run)
            try maintainer.load(shape.reading(bucket), of: bucket, in: run.snapshot, run.recorder)
            return made(try maintainer.value(), run, node)
        } catch {
            // A bucket that records are related to may be defined again.
            if let name = (error as? StoreError)?.bucket, name != reference.name {
                run.noteAbsent(name)
            }
            return node.result(error, of: run)
        }
    }

    /// What comes of going through the commits; nil if it has to be read anew.
    private func followed(_ run: QueryRun, _ node: ValueNode<Value>) -> NodeResult? {
        guard let commits = run.commits, maintainer.prepared != nil else { return nil }
        var made: NodeResult
        do {
            let bucket = try bucket(run)
            guard
                let mayDiffer = try maintainer.advance(
                    through: commits, of: bucket, in: run.snapshot)
            else { return nil }
            // What was shown before a failure is no result.
            if mayDiffer || node.isFailing || run.previous == nil {
                made = self.made(try maintainer.value(), run, node)
            } else {
                made = node.unchanged(by: run)
            }
        } catch {
            made = node.result(error, of: run)
        }
        made.keepsReads = true
        return made
    }

    private func made(_ value: Value, _ run: QueryRun, _ node: ValueNode<Value>) -> NodeResult {
        let isNew = (run.previous as? Value).map { !maintainer.isSame($0, value) } ?? true
        return node.result(value, isNew: isNew, of: run)
    }

    private func bucket(_ run: QueryRun) throws -> SnapshotBucket {
        guard let bucket = try? run.snapshot.bucket(reference.name), bucket.reference == reference
        else { throw StoreError(.bucketDropped(reference.name)) }
        return bucket
    }
}
