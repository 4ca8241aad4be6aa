@testable import StoreCore

/// A record as both sides describe it.
struct ModelSeen: Equatable {
    let key: Key
    let version: Int
    let fields: [String: Value]

    init(_ record: Record) {
        key = record.key
        version = record.version
        fields = Dictionary(
            record.fields.filter { !$0.value.isNull }.map { ($0.name, $0.value) }
        ) { one, _ in one }
    }

    init(key: Key, record: ModelRecord) {
        self.key = key
        version = record.version
        fields = record.fields
    }
}

extension ModelRun {
    func takeOne(_ operation: ModelOperation) async throws {
        let operation = resolved(operation)
        var key: ModelKey?
        try await commit([operation], mayRefuseAtOnce: true) { commit throws(ModelFailure) in
            let result = try commit.perform(operation)
            if case .record(let found) = result { key = found }
            return result.count
        } result: { state in
            // One that was overdue and gave way is returned as it was written.
            key.flatMap { state[$0] }.map { [$0] } ?? []
        } store: {
            try await perform(operation)
        }
    }

    func takeBatch(
        _ operations: [ModelOperation], _ require: (bucket: Int, key: Int, off: Int)?
    ) async throws {
        let operations = operations.map(resolved)
        var batch = WriteBatch()
        for operation in operations { add(operation, to: &batch) }
        let required = require.map { require in
            (
                key: ModelKey(
                    bucket: require.bucket, key: ModelBuckets.key(require.bucket, require.key)),
                off: require.off
            )
        }
        let seen =
            required.map { ModelCommit(model, now: now, shape).current($0.key)?.version } ?? nil
        let requirements = required.map {
            CommitRequirement.version(
                $0.off == 0 ? seen : (seen ?? 0) + $0.off, of: $0.key.key,
                in: harness.buckets[$0.key.bucket])
        }
        var keys: [ModelKey?] = []
        try await commit(operations, mayRefuseAtOnce: true) { commit throws(ModelFailure) in
            if let required, required.off != 0 { throw .conflict }
            var counts: [Int] = []
            for operation in operations {
                let result = try commit.perform(operation)
                counts.append(result.count)
                if case .record(let key) = result { keys.append(key) } else { keys.append(nil) }
            }
            return counts
        } result: { state in
            keys.map { $0.flatMap { state[$0] } }
        } store: {
            let receipt = try await harness.store.commit(
                batch, requiring: requirements.map { [$0] } ?? [])
            return (receipt.counts, receipt.records)
        }
    }

    func takeWrite(
        _ operations: [ModelOperation], catches: Bool, throwsAtEnd: Bool
    ) async throws {
        // What is to be seen after each operation.
        var views: [[[ModelSeen]]] = []
        // Inside a write there is no change by closure.
        let operations = operations.map { operation -> ModelOperation in
            guard case .mutate(let bucket, let number, let fields) = operation else {
                return resolved(operation)
            }
            return .update(bucket, number, fields, version: nil)
        }
        try await commit(operations, mayRefuseAtOnce: false) { commit throws(ModelFailure) in
            var failures: [ModelFailure] = []
            for operation in operations {
                var attempt = commit
                do throws(ModelFailure) {
                    _ = try attempt.perform(operation)
                    commit = attempt
                } catch {
                    guard catches else { throw error }
                    failures.append(error)
                }
                let after = commit.after
                views.append((0..<2).map { after.visible($0, at: commit.now).map(ModelSeen.init) })
            }
            if throwsAtEnd { throw .refused("body") }
            return failures
        } result: { _ in
            []
        } store: {
            var failures: [ModelFailure] = []
            try await harness.store.write { tx in
                let buckets = try ModelBuckets.names.map { try tx.bucket($0) }
                for (number, operation) in operations.enumerated() {
                    do {
                        try perform(operation, in: buckets)
                    } catch {
                        guard catches else { throw error }
                        failures.append(ModelFailure(error))
                    }
                    // Sometimes several changes are followed at once.
                    guard number < views.count, number % 3 > 0 || number + 1 == operations.count
                    else { continue }
                    for (bucket, wanted) in zip(buckets, views[number]) {
                        let seen = try bucket.all().map(ModelSeen.init)
                        try expect(seen == wanted, "the write sees \(seen), not \(wanted)")
                    }
                }
                if throwsAtEnd { throw ModelRefusal(by: "body") }
            }
            return (failures, [])
        }
    }
}
