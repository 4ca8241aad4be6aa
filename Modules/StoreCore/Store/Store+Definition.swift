extension Store {
    /// Defines a bucket, in one commit.
    ///
    /// A bucket that was restored under this name is bound to: it keeps its records.
    ///
    /// - Parameters:
    ///   - name: not empty, at most 255 bytes of UTF-8, without `.`, `*` and control characters.
    ///   - key: the field, or the fields, at most 16, that identify a record.
    ///   - schema: the declared fields, in order.
    ///   - indexes: indexes over one field or several, at most 16 fields each. At most 64 are ordered, that is, not
    ///     unique; a bucket in the order of its keys has one over those too.
    ///   - options: see `BucketOption`; upper modules add their own.
    /// - Returns: a handle to the bucket.
    /// - Throws: `DefinitionError`, `StoreError` (`bucketAlreadyExists`, `stopped`, `nestedWrite`), what an option or
    ///   the start of a component throws. A definition that fails leaves nothing behind.
    /// - Complexity: O(1); O(records) when restored records have to be rearranged.
    @discardableResult
    public func defineBucket(
        _ name: String, key: KeyDefinition, schema: BucketSchema,
        indexes: [IndexDefinition] = [], _ options: BucketOption...
    ) async throws -> DynamicBucket {
        try await defineBucket(name, key: key, schema: schema, indexes: indexes, options)
    }

    /// Defines a bucket with options that were put together elsewhere.
    @discardableResult
    public func defineBucket(
        _ name: String, key: KeyDefinition, schema: BucketSchema,
        indexes: [IndexDefinition] = [], _ options: [BucketOption]
    ) async throws -> DynamicBucket {
        var configuration = BucketConfiguration(bucket: name)
        for option in options { try option.configure(&configuration) }
        let layout = try Layout(
            bucket: name, key: key, schema: schema, indexes: indexes,
            isStrict: configuration.isStrict, order: configuration.order,
            near: catalog.unboundIdentity(name)?.layout.layout)
        if isStopped { throw StoreError(.stopped) }
        try checkWritable(StoreContext.current)
        try catalog.reserve(name)
        defer { catalog.unreserve(name) }
        let draft = BucketDefinition(
            name: name, generation: 0, key: key, schema: schema, indexes: indexes,
            isStrict: configuration.isStrict, order: configuration.order,
            attributes: configuration.attributes)
        let (identity, position) = try await withComponents(configuration.components) {
            try await inTurn { context in
                try commitNow(context) { builder in
                    let (identity, position) = try define(
                        draft, layout, configuration, &builder, context)
                    // The bucket is defined by now; what is refused here, the next write to it asks for again.
                    let trimmed = try? trim(identity, context)
                    return (identity, trimmed ?? position)
                }
            }
        }
        let bucket = DynamicBucket(store: self, identity: identity)
        // Restored records may have deadlines; the bucket is in the catalog by now, where sweepers look.
        if let next = try? bucket.nextDeadline() { deadlines.note(next.microseconds) }
        try await awaitDurability(position)
        return bucket
    }

    private func define(
        _ draft: BucketDefinition, _ layout: Layout, _ configuration: BucketConfiguration,
        _ builder: inout CommitBuilder, _ context: StoreContext?
    ) throws -> (BucketIdentity, Position) {
        let restored = catalog.unboundIdentity(draft.name)
        let generation = restored?.reference.generation ?? underWriter.pointee.generation + 1
        let definition = draft.with(generation: generation)
        try checkRestrictions(of: definition, layout)
        let position = state.positionForWriter + 1
        let isAsRestored = restored?.definition == definition
        let bucketLayout = BucketLayout(
            layout, definition, stamp: position, binding: isAsRestored ? restored?.layout : nil)
        let identity = BucketIdentity(
            slot: restored?.slot ?? catalog.freeSlot,
            form: BucketForm(
                bucketLayout, AutoincrementCounters(layout, goingOnFrom: restored?.form)),
            policies: configuration.policies,
            marks: configuration.keepsReadMarks ? ReadMarks() : nil,
            deadlineRule: configuration.deadlines, limit: configuration.limit)
        identity.nextRow = restored?.nextRow ?? 1
        identity.wantsOldImages = wantsOldImages(of: draft.name)
        if isAsRestored {
            // Everything is as it was left: the state needs no change, and nobody is told.
            catalog.add(identity)
            catalog.relink(draft.name)
            return (identity, Position(UInt64(bitPattern: state.positionForWriter)))
        }
        let records = try restored.map { try rearranged($0, layout) } ?? []
        // A field may be counted for the first time that has values already.
        for record in records { identity.counters.advance(past: record) }
        let committed = try builder.finish(
            context, definitions: [.bucketDefined(definition)], weight: records.count
        ) { [self] root, editor in
            let root = root.with(slot: identity.slot, &editor)
            if let old = root.bucket(identity) { editor.retire(bucket: old) }
            let bucket = BucketNode.make(bucketLayout, stamp: position)
            root.set(identity.slot, bucket.node, &editor)
            for record in records { bucket.adopt(record, state.seed, &editor) }
            underWriter.pointee.generation = max(underWriter.pointee.generation, generation)
            catalog.add(identity)
            return root
        }
        catalog.relink(draft.name)
        return (identity, committed)
    }

    /// A handle to a bucket.
    ///
    /// Free; any number may exist.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`, `stopped`).
    public func bucket(_ name: String) throws -> DynamicBucket {
        if isStopped { throw StoreError(.stopped) }
        return DynamicBucket(store: self, identity: try identity(name, near: nil))
    }

    /// The buckets as they are defined now, in order of definition.
    public var buckets: [BucketDefinition] { catalog.identities.map(\.definition) }

    /// Drops a bucket with all its records, in one commit.
    ///
    /// Its handles throw `bucketDropped` from then on; the name may be defined again and starts
    /// empty.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`, `stopped`, `nestedWrite`); `DefinitionError` (`referenced`) if
    ///   another bucket has an enforced reference to it.
    /// - Complexity: O(1); the memory is given back in the background.
    public func dropBucket(_ name: String) async throws {
        let position = try await inTurn { context in
            try commitNow(context) { builder in
                guard let identity = catalog.identity(name) ?? catalog.unboundIdentity(name) else {
                    throw StoreError(.bucketNotDefined(name))
                }
                if let referrer = identity.referrers.first(where: { $0.bucket !== identity }) {
                    throw DefinitionError(
                        bucket: name, reason: .referenced,
                        message: "bucket \(referrer.bucket.reference.name.excerpt) refers to it; "
                            + "drop that first")
                }
                let position = try builder.finish(
                    context, definitions: [.bucketDropped(identity.reference)]
                ) { [self] root, editor in
                    if let bucket = root.bucket(identity) { editor.retire(bucket: bucket) }
                    root.set(identity.slot, nil, &editor)
                    catalog.remove(
                        identity, at: editor.stamp, oldestPin: state.pins.oldestPosition)
                    return root
                }
                identity.referrers = []
                catalog.relink(name)
                return position
            }
        }
        try await awaitDurability(position)
    }

    func identity(_ name: String, near cause: BucketIdentity?) throws -> BucketIdentity {
        if let cause, bytesEqual(cause.reference.name, name) { return cause }
        guard let identity = catalog.identity(name) else {
            throw StoreError(.bucketNotDefined(name))
        }
        return identity
    }
}

extension BucketDefinition {
    func with(generation: UInt64) -> BucketDefinition {
        BucketDefinition(
            name: name, generation: generation, key: key, schema: schema, indexes: indexes,
            isStrict: isStrict, order: order, attributes: attributes)
    }
}

extension BucketNode {
    /// An empty bucket.
    static func make(_ layout: BucketLayout, stamp: Int64) -> BucketNode {
        make(
            Unmanaged.passRetained(layout), indexes: layout.shapes.count,
            uniques: layout.uniqueShapes.count, stamp: stamp)
    }

    /// Takes in a record that is complete, metadata included.
    func adopt(_ record: RecordStorage, _ seed: SeededHash, _ editor: inout Editor) {
        let record = RecordRef(Unmanaged.passRetained(record).toOpaque())
        insert(record, keyHash: seed.hash(record.key.value), seed, &editor)
    }
}
