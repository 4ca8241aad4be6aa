@testable import StoreCore

extension ModelRun {
    /// The operation with the version that it is to expect: the record's, or off by so much.
    func resolved(_ operation: ModelOperation) -> ModelOperation {
        func version(_ bucket: Int, _ number: Int, _ off: Int?) -> Int? {
            let key = ModelKey(bucket: bucket, key: ModelBuckets.key(bucket, number))
            return off.map { $0 + (ModelCommit(model, now: now, shape).current(key)?.version ?? 1) }
        }
        switch operation {
        case .update(let bucket, let number, let fields, let off):
            return .update(bucket, number, fields, version: version(bucket, number, off))
        case .replace(let bucket, let number, let fields, let off):
            return .replace(bucket, number, fields, version: version(bucket, number, off))
        case .delete(let bucket, let number, let off):
            return .delete(bucket, number, version: version(bucket, number, off))
        default: return operation
        }
    }

    private func deadline(_ ttl: Int?) -> Timestamp? {
        ttl.map { Timestamp(microseconds: now) + .seconds($0) }
    }

    private static func mutation(
        _ bucket: Int, _ number: Int, _ fields: Fields
    ) -> @Sendable (inout Fields) -> Void {
        let given = ModelBuckets.given(bucket, number, fields, withKey: false)
        return { fields in
            for (name, value) in given { fields[name] = value }
        }
    }

    /// Through a handle.
    func perform(_ operation: ModelOperation) async throws -> (Int, [Record?]) {
        let bucket = harness.buckets[operation.bucket]
        let number = operation.bucket
        switch operation {
        case .insert(_, let key, let fields, let ttl):
            let given = ModelBuckets.given(number, key, fields, withKey: true)
            return (1, [try await bucket.insert(given, expiresAt: deadline(ttl))])
        case .upsert(_, let key, let fields):
            let given = ModelBuckets.given(number, key, fields, withKey: true)
            return (1, [try await bucket.upsert(given)])
        case .update(_, let key, let fields, let version):
            let given = ModelBuckets.given(number, key, fields, withKey: false)
            let key = ModelBuckets.key(number, key)
            return (1, [try await bucket.update(key, given, ifVersion: version)])
        case .mutate(_, let key, let fields):
            let mutation = Self.mutation(number, key, fields)
            return (1, [try await bucket.update(ModelBuckets.key(number, key), mutation)])
        case .replace(_, let key, let fields, let version):
            let given = ModelBuckets.given(number, key, fields, withKey: false)
            let key = ModelBuckets.key(number, key)
            return (1, [try await bucket.replace(key, with: given, ifVersion: version)])
        case .delete(_, let key, let version):
            let key = ModelBuckets.key(number, key)
            return (try await bucket.delete(key, ifVersion: version) ? 1 : 0, [])
        case .expire(_, let key):
            var batch = WriteBatch()
            batch.expire(ModelBuckets.key(number, key), from: bucket)
            return (try await harness.store.commit(batch).counts[0], [])
        case .increment(_, let key, let field, let amount):
            let key = ModelBuckets.key(number, key)
            return (1, [try await bucket.increment(key, field, by: amount)])
        case .setDeadline(_, let key, let ttl):
            let key = ModelBuckets.key(number, key)
            return (1, [try await bucket.setDeadline(key, deadline(ttl))])
        case .updateMany(_, let predicate, let fields):
            let given = ModelBuckets.given(number, 0, fields, withKey: false)
            return (try await bucket.updateMany(where: predicate.predicate, given), [])
        case .deleteMany(_, let predicate):
            return (try await bucket.deleteMany(where: predicate.predicate), [])
        case .clear: return (try await bucket.clear(), [])
        }
    }

    /// Into a batch.
    func add(_ operation: ModelOperation, to batch: inout WriteBatch) {
        let bucket = harness.buckets[operation.bucket]
        let number = operation.bucket
        switch operation {
        case .insert(_, let key, let fields, let ttl):
            let given = ModelBuckets.given(number, key, fields, withKey: true)
            batch.insert(given, into: bucket, expiresAt: deadline(ttl))
        case .upsert(_, let key, let fields):
            batch.upsert(ModelBuckets.given(number, key, fields, withKey: true), into: bucket)
        case .update(_, let key, let fields, let version):
            let given = ModelBuckets.given(number, key, fields, withKey: false)
            batch.update(ModelBuckets.key(number, key), given, in: bucket, ifVersion: version)
        case .mutate(_, let key, let fields):
            let mutation = Self.mutation(number, key, fields)
            batch.update(ModelBuckets.key(number, key), in: bucket, mutation)
        case .replace(_, let key, let fields, let version):
            let given = ModelBuckets.given(number, key, fields, withKey: false)
            batch.replace(
                ModelBuckets.key(number, key), with: given, in: bucket, ifVersion: version)
        case .delete(_, let key, let version):
            batch.delete(ModelBuckets.key(number, key), from: bucket, ifVersion: version)
        case .expire(_, let key): batch.expire(ModelBuckets.key(number, key), from: bucket)
        case .increment(_, let key, let field, let amount):
            batch.increment(ModelBuckets.key(number, key), field, by: amount, in: bucket)
        case .setDeadline(_, let key, let ttl):
            batch.setDeadline(ModelBuckets.key(number, key), deadline(ttl), in: bucket)
        case .updateMany(_, let predicate, let fields):
            let given = ModelBuckets.given(number, 0, fields, withKey: false)
            batch.updateMany(where: predicate.predicate, given, in: bucket)
        case .deleteMany(_, let predicate):
            batch.deleteMany(where: predicate.predicate, from: bucket)
        case .clear: batch.clear(bucket)
        }
    }

    /// Inside a write's body.
    func perform(_ operation: ModelOperation, in buckets: [WritableBucket]) throws {
        let bucket = buckets[operation.bucket]
        let number = operation.bucket
        switch operation {
        case .insert(_, let key, let fields, let ttl):
            let given = ModelBuckets.given(number, key, fields, withKey: true)
            try bucket.insert(given, expiresAt: deadline(ttl))
        case .upsert(_, let key, let fields):
            try bucket.upsert(ModelBuckets.given(number, key, fields, withKey: true))
        case .update(_, let key, let fields, let version):
            let given = ModelBuckets.given(number, key, fields, withKey: false)
            try bucket.update(ModelBuckets.key(number, key), given, ifVersion: version)
        case .mutate: preconditionFailure("there is no change by closure inside a write")
        case .replace(_, let key, let fields, let version):
            let given = ModelBuckets.given(number, key, fields, withKey: false)
            try bucket.replace(ModelBuckets.key(number, key), with: given, ifVersion: version)
        case .delete(_, let key, let version):
            try bucket.delete(ModelBuckets.key(number, key), ifVersion: version)
        case .expire(_, let key): try bucket.expire(ModelBuckets.key(number, key))
        case .increment(_, let key, let field, let amount):
            try bucket.increment(ModelBuckets.key(number, key), field, by: amount)
        case .setDeadline(_, let key, let ttl):
            try bucket.setDeadline(ModelBuckets.key(number, key), deadline(ttl))
        case .updateMany(_, let predicate, let fields):
            let given = ModelBuckets.given(number, 0, fields, withKey: false)
            try bucket.updateMany(where: predicate.predicate, given)
        case .deleteMany(_, let predicate): try bucket.deleteMany(where: predicate.predicate)
        case .clear: try bucket.clear()
        }
    }
}
