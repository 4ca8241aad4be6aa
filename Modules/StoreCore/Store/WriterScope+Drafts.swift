// What a draft does beside reading and writing: it notes what its commit has to make sure of. Of what it writes it
// notes nothing, since each entry knows the record that it goes on from; but what a write that changes nothing has
// found is as good as read.

extension WriterScope {
    /// Makes sure that an operation was prepared for the bucket as the draft's version has it.
    ///
    /// - Throws: ``ConflictError`` if the bucket has been redefined since.
    func check(_ form: BucketForm, of bucket: BucketIdentity) throws {
        guard let ground else { return }
        let layout = try node(bucket).root.pointee.layout
        guard bucket.isFormed(as: form),
            layout._withUnsafeGuaranteedRef(form.layout.isSame)
        else {
            throw ConflictError(
                redefined: bucket.reference.name, since: ground.snapshot.position)
        }
    }

    /// A bucket by its name, as the scope's version has it.
    func identity(_ name: String) throws -> BucketIdentity {
        try locked {
            try check()
            guard let ground else { return try store.identity(name, near: nil) }
            let snapshot = ground.snapshot
            let identity = store.catalog.identity(name)
            if let identity, snapshot.pin.root.bucket(identity) != nil { return identity }
            let isKnown = identity != nil || (try? snapshot.bucket(name)) != nil
            throw isKnown
                ? ConflictError(redefined: name, since: snapshot.position)
                : StoreError(.bucketNotDefined(name)) as any Error
        }
    }

    /// Calls `body` with the record under a key, and notes for the draft, and for who else asks, that it was read.
    @inline(__always)
    func look<R>(
        _ identity: BucketIdentity, _ key: Key, reading fields: FieldMask,
        _ recorder: ReadRecorder?, _ body: (RecordRef?) throws -> R
    ) throws -> R {
        try locked {
            try check()
            guard let ground else {
                recorder?.note(key, in: identity.reference, reading: fields)
                return try body(try record(identity, key))
            }
            defer { withExtendedLifetime(ground) {} }
            return try body(try recordNoting(identity, key, fields, recorder, ground))
        }
    }

    private func recordNoting(
        _ identity: BucketIdentity, _ key: Key, _ fields: FieldMask, _ recorder: ReadRecorder?,
        _ ground: DraftGround
    ) throws -> RecordRef? {
        let hash = store.state.seed.hash(key.value)
        parts.pointee.draft?.keep(identity)
        let found = try withBuilder { try $0.find(identity, key.value, hash) }
        // The entry goes on from a record that must not change, unless it has only been added to.
        if let index = found.index { parts.pointee.draft?.increments[index] = nil }
        guard ground.isNoting else {
            parts.pointee.draft?.noteLook(hash)
            return found.current
        }
        // Where others note too, the one who does has been made to tell both.
        if let recorder, recorder !== ground.noted {
            recorder.note(key, in: identity.reference, reading: fields)
        } else if found.index != nil {
            // What it goes on from is validated with the entry.
        } else if fields.isAll || fields.isNone {
            parts.pointee.draft?.note(
                .init(
                    bucket: identity, key: key, hash: hash, record: found.current,
                    isPresenceOnly: fields.isNone))
        } else {
            ground.recorder?.note(key, in: identity.reference, reading: fields)
        }
        return found.current
    }

    func performNoting(
        _ action: PreparedAction, on bucket: BucketIdentity, _ commutes: Bool
    ) throws -> OperationResult {
        let target = action.target
        // Only increments ask whether the key has been written before.
        let counts = commutes || parts.pointee.draft?.increments.isEmpty == false
        var known: Int?
        if counts, let target {
            known = parts.pointee.builder?.pending.index(bucket, target.key.value, target.hash)
        }
        do {
            let result = try perform { try $0.perform(action, on: bucket) }
            // Nothing is left of what was found: no entry, or one that knows no record any more.
            if case .record = result {
            } else if let target,
                parts.pointee.builder?.isEffective(bucket, target) == false
            {
                ground?.recorder?.note(target.key, in: bucket.reference)
            }
            if counts { noteIncrement(action, bucket, known, commutes) }
            return result
        } catch {
            if let target {
                ground?.recorder?.note(target.key, in: bucket.reference)
            } else {
                parts.pointee.draft?.increments = [:]
            }
            throw error
        }
    }

    /// Keeps an increment that goes on from nothing that was read, or forgets those that something else has followed.
    private func noteIncrement(
        _ action: PreparedAction, _ bucket: BucketIdentity, _ known: Int?, _ commutes: Bool
    ) {
        guard let (key, hash) = action.target else {
            parts.pointee.draft?.increments = [:]
            return
        }
        guard commutes, case .patch(_, _, let patch, _) = action else {
            if let known, parts.pointee.draft?.increments.isEmpty == false {
                parts.pointee.draft?.increments[known] = nil
            }
            return
        }
        let made = (parts.pointee.builder?.pending.revision ?? 0, patch)
        if let known {
            parts.pointee.draft?.increments[known]?.append(made)
        } else if let entry = parts.pointee.builder?.pending.index(bucket, key.value, hash),
            parts.pointee.draft?.hasLooked(hash) == false
        {
            parts.pointee.draft?.increments[entry] = [made]
        }
    }
}

extension CommitBuilder {
    fileprivate func isEffective(
        _ bucket: BucketIdentity, _ target: (key: Key, hash: UInt64)
    ) -> Bool {
        pending.index(bucket, target.key.value, target.hash).map {
            pending.entries[$0].isEffective
        } ?? false
    }
}

extension PreparedAction {
    /// The one key that the action is about.
    var target: (key: Key, hash: UInt64)? {
        switch self {
        case .insert(let record, let hash), .upsert(let record, _, let hash):
            (RecordRef(record).key, hash)
        case .patch(let key, let hash, _, _), .mutate(let key, let hash, _),
            .replace(let key, let hash, _, _), .rewrite(let key, let hash, _, _),
            .delete(let key, let hash, _, _), .expire(let key, let hash),
            .setDeadline(let key, let hash, _):
            (key, hash)
        case .updateMatching, .deleteMatching, .clear: nil
        }
    }
}
