import Foundation
import StoreCore
import Synchronization

/// What outlives a store: lines of JSON, one for each commit.
final class ToyDisk: Sendable {
    private let state = Mutex(
        (lines: [Data](), isBroken: false, identity: StoreIdentity(), isInUse: false))
    let bytesMax: Int

    init(bytesMax: Int = 1 << 20) { self.bytesMax = bytesMax }

    var bytes: Int { state.withLock { $0.lines.reduce(0) { $0 + $1.count } } }
    var lines: [Data] { state.withLock { $0.lines } }

    func breakDown() { state.withLock { $0.isBroken = true } }
    func repair() { state.withLock { $0.isBroken = false } }

    /// The identity of a store that goes on from `position`.
    ///
    /// If the one before it has not ended properly, somebody may have seen commits of it that are not here.
    func open(at position: Position) -> StoreIdentity {
        state.withLock { state in
            if state.isInUse { state.identity = state.identity.forked(at: position) }
            state.isInUse = true
            return state.identity
        }
    }

    /// All commits are here, and no more will come.
    func close() { state.withLock { $0.isInUse = false } }

    func write(_ records: [ToyRecord]) throws {
        let lines = try records.map { try JSONEncoder().encode($0) }
        try state.withLock { state in
            if state.isBroken { throw CocoaError(.fileWriteUnknown) }
            state.lines += lines
        }
    }
}

/// A commit as data.
struct ToyRecord: Codable {
    enum Step: Codable {
        case define(BucketDefinition)
        case update(BucketDefinition)
        case drop(BucketReference)
        case put(BucketReference, ToyImage)
        case remove(BucketReference, Key)
        case autoincrement(BucketReference, field: String, through: Int64)
    }

    let position: Position
    let microseconds: Int64
    let steps: [Step]

    init(_ commit: Commit) {
        position = commit.position
        microseconds = commit.timestamp.microseconds
        steps = commit.changes.map { change in
            switch change {
            case .bucketDefined(let definition): .define(definition)
            case .bucketUpdated(let definition): .update(definition)
            case .bucketDropped(let bucket): .drop(bucket)
            case .autoincrement(let bucket, let field, let value):
                .autoincrement(bucket, field: field, through: value)
            case .record(let change):
                change.new.map { .put(change.bucket, ToyImage($0)) }
                    ?? .remove(change.bucket, change.key)
            }
        }
    }

    /// How many bytes a commit will take; its final instant is known when it is proposed.
    static func size(of commit: Commit) -> Int {
        (try? JSONEncoder().encode(ToyRecord(commit)).count) ?? .max
    }
}

/// A record as data, metadata included.
struct ToyImage: Codable {
    let key: Key
    let fields: Fields
    let row: UInt64
    let version: Int
    let times: [Int64]
    let deadline: Int64?

    private init(_ other: ToyImage, fields: Fields) {
        key = other.key
        self.fields = fields
        row = other.row
        version = other.version
        times = other.times
        deadline = other.deadline
    }

    func with(_ fields: Fields) -> ToyImage { ToyImage(self, fields: fields) }

    init(_ record: Record) {
        let restored = RestoredRecord(record)
        key = record.key
        fields = restored.fields
        row = restored.row
        version = restored.version
        times = [restored.createdAt.microseconds, restored.updatedAt.microseconds]
        deadline = restored.expiresAt?.microseconds
    }

    var restored: RestoredRecord {
        RestoredRecord(
            fields: fields, row: row, version: version,
            createdAt: Timestamp(microseconds: times[0]),
            updatedAt: Timestamp(microseconds: times[1]),
            expiresAt: deadline.map(Timestamp.init(microseconds:)))
    }
}

/// What a disk's lines come to.
struct ToyReplay {
    struct Bucket {
        var definition: BucketDefinition
        var records: [Key: ToyImage] = [:]
        var autoincrement: [String: Int64] = [:]
        var rowsThrough: UInt64 = 0
    }

    var buckets: [BucketReference: Bucket] = [:]
    var position = Position.start
    var timestamp = Timestamp.distantPast
    var generations: UInt64 = 0

    init(_ disk: ToyDisk) throws {
        for line in disk.lines {
            let record = try JSONDecoder().decode(ToyRecord.self, from: line)
            position = record.position
            timestamp = Timestamp(microseconds: record.microseconds)
            for step in record.steps { apply(step) }
        }
    }

    private mutating func apply(_ step: ToyRecord.Step) {
        switch step {
        case .define(let definition):
            // The same life of a bucket may be defined anew.
            generations = max(generations, definition.generation)
            buckets[definition.reference, default: Bucket(definition: definition)].definition =
                definition
        case .update(let definition): buckets[definition.reference]?.update(definition)
        case .drop(let bucket): buckets[bucket] = nil
        case .remove(let bucket, let key): buckets[bucket]?.records[key] = nil
        case .autoincrement(let bucket, let field, let value):
            buckets[bucket]?.autoincrement[field] = value
        case .put(let bucket, let image): buckets[bucket]?.put(image)
        }
    }
}

extension ToyReplay.Bucket {
    fileprivate mutating func update(_ updated: BucketDefinition) {
        records = records.mapValues { $0.with(updated.adapted($0.fields, from: definition)) }
        definition = updated
    }

    fileprivate mutating func put(_ image: ToyImage) {
        records[image.key] = image
        rowsThrough = max(rowsThrough, image.row)
        // Marks follow from the values themselves: no commit without its record has used one.
        for column in definition.schema.columns where column.column.generated == .autoincrement {
            guard let value = image.fields[column.name].int64 else { continue }
            autoincrement[column.name] = max(autoincrement[column.name] ?? 0, value)
        }
    }
}
