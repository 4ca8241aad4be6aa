/// Whatever can be read like a bucket: handles, snapshots, tracked readers, and the readers of upper modules.
///
/// The whole read API is an extension of this protocol. A type of one's own conforms by handing on the source of
/// another reader, with a recorder if reads are to be tracked.
public protocol StoreReader: Sendable {
    /// Where the reads go.
    var source: ReadSource { get }
}

/// Where a reader's reads go: opaque, and cheap to copy.
public struct ReadSource: Sendable {
    enum Kind: Sendable {
        case live(Store, BucketIdentity)
        case snapshot(Snapshot, Int)
        case writer(WriterScope, BucketIdentity)
    }

    let kind: Kind
    let recorder: ReadRecorder?

    init(_ kind: Kind, recorder: ReadRecorder?) {
        self.kind = kind
        self.recorder = recorder
    }

    /// The handle through which a store is read as it is at each moment; nil where one state is read, as through a
    /// snapshot or in a draft.
    public var handle: DynamicBucket? {
        guard case .live(let store, let identity) = kind else { return nil }
        return DynamicBucket(store: store, identity: identity)
    }

    /// The same reads, recorded.
    public func recorded(by recorder: ReadRecorder) -> ReadSource {
        // What a draft reads, it has to answer for, whoever else looks on.
        if case .writer(let scope, _) = kind, let own = scope.recorder {
            return ReadSource(kind, recorder: recorder.alsoTelling(own))
        }
        return ReadSource(kind, recorder: recorder)
    }

    /// The same reads, all of them at one position and one instant.
    func fixed() throws -> ReadSource {
        guard case .live(let store, let identity) = kind else { return self }
        let snapshot = try store.snapshot()
        guard snapshot.pin.root.bucket(identity) != nil else {
            throw StoreError(.bucketDropped(identity.reference.name))
        }
        return ReadSource(.snapshot(snapshot, identity.slot), recorder: recorder)
    }

    /// Runs `body` on the bucket at one position and one instant, without its overdue records.
    @inline(__always)
    func withView<R>(_ body: (BucketView, ReadRecorder?) throws -> R) throws -> R {
        try withMoment { view, recorder, _ in try body(view, recorder) }
    }

    /// The same, with the moment that is read.
    func withMoment<R>(
        _ body: (BucketView, ReadRecorder?, ReadMoment) throws -> R
    ) throws -> R {
        switch kind {
        case .live(let store, let identity):
            let snapshot = try store.snapshot()
            return try ReadSource.read(
                snapshot, snapshot.pin.root.bucket(identity), identity.slot,
                identity.reference.name, recorder, body)
        case .snapshot(let snapshot, let slot):
            return try ReadSource.read(
                snapshot, snapshot.pin.root.bucket(slot), slot, "", recorder, body)
        case .writer(let scope, let identity):
            return try scope.withView(identity) { view, position in
                try body(view, recorder, ReadMoment(scope.store.state, position, scope.now))
            }
        }
    }

    private static func read<R>(
        _ snapshot: Snapshot, _ node: BucketNode?, _ slot: Int, _ name: String,
        _ recorder: ReadRecorder?, _ body: (BucketView, ReadRecorder?, ReadMoment) throws -> R
    ) throws -> R {
        guard let node else { throw StoreError(.bucketDropped(name)) }
        let seed = snapshot.state.seed
        let view = BucketView(node, seed)
        let moment = ReadMoment(snapshot.state, snapshot.pin.position, snapshot.instant)
        let instant = snapshot.instant.microseconds
        defer { withExtendedLifetime(snapshot) {} }
        guard node.root.pointee.deadlines != nil, view.nextDeadline <= instant else {
            return try body(view, recorder, moment)
        }
        let overdue = snapshot.state.overdueViews(of: snapshot.pin)
        return try overdue.withView(of: node, slot: slot, in: snapshot, at: instant) {
            try body($0, recorder, moment)
        }
    }

    /// Runs `body` on the record under a key, or on nil.
    @inline(__always)
    func withRecord<R>(_ key: Key, _ body: (RecordRef?) throws -> R) throws -> R {
        switch kind {
        case .live(let store, let identity):
            return try store.withRecord(identity, key, body)
        case .snapshot(let snapshot, let slot):
            guard let node = snapshot.pin.root.bucket(slot) else {
                throw StoreError(.bucketDropped(""))
            }
            let found = BucketView(node, snapshot.state.seed).record(forKey: key)
            let isVisible = found.map { $0.expiresAt > snapshot.instant.microseconds } ?? false
            defer { withExtendedLifetime(snapshot) {} }
            return try body(isVisible ? found : nil)
        case .writer(let scope, let identity):
            return try scope.withRecord(identity, key, body)
        }
    }
}

/// What a read sees: the last commit, and the instant at which deadlines are judged.
///
/// Valid while the read goes on, and made of plain numbers: it costs no reference count.
struct ReadMoment {
    private let state: Unmanaged<VersionedState>
    let position: Int64
    let instant: Timestamp

    @inline(__always)
    init(_ state: VersionedState, _ position: Int64, _ instant: Timestamp) {
        self.state = .passUnretained(state)
        self.position = position
        self.instant = instant
    }

    /// The list of the store's slow queries.
    var slowQueries: SlowQueryLog { state._withUnsafeGuaranteedRef { $0.slowQueries } }
}

extension Store {
    /// Looks a record up under S, and runs `body` on it there.
    @inline(__always)
    func withRecord<R>(
        _ identity: BucketIdentity, _ key: Key, _ body: (RecordRef?) throws -> R
    ) throws -> R {
        try ReadBan.check()
        let hash = state.seed.hash(key.value)
        // A clock may be anybody's, and nothing of anybody's runs under S.
        var instant = identity.readsClock ? now.microseconds : nil
        while true {
            do {
                state.lock.lockForReading()
                defer { state.lock.unlock() }
                guard !state.current.pointee.isStopped else { throw StoreError(.stopped) }
                guard let node = StoreNode(state.current.pointee.root).bucket(identity) else {
                    throw StoreError(.bucketDropped(identity.reference.name))
                }
                let view = BucketView(node, state.seed)
                guard let record = view.record(forKey: key.value, hash: hash) else {
                    return try body(nil)
                }
                if record.expiresAt == .max, identity.marks == nil { return try body(record) }
                if let instant {
                    guard record.expiresAt > instant else { return try body(nil) }
                    identity.marks?.mark(record.row, at: instant)
                    return try body(record)
                }
            }
            instant = now.microseconds
        }
    }
}

/// A reader whose reads are recorded in a read set.
public struct TrackedReader: StoreReader {
    /// The recorded source.
    public let source: ReadSource
}

extension StoreReader {
    /// This reader, with every read recorded by `recorder`.
    public func tracked(by recorder: ReadRecorder) -> TrackedReader {
        TrackedReader(source: source.recorded(by: recorder))
    }
}
