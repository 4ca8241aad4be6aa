public import StoreCore

/// Something that happened to one record, with the record as an instance of its type.
@dynamicMemberLookup
public struct TypedEvent<Model: StoreRecord>: Sendable {
    /// The event, with its records as they are stored.
    public let event: Event
    /// The record's key.
    public let key: Model.Key
    /// The record after the event; nil after a deletion.
    public let new: Model?
    /// The record before the event; nil for an insertion, and where `event.hasOldImage` is false.
    public let old: Model?

    /// - Throws: what `Model.init(row:)` throws; `RecordKeyError` if the key is of another kind.
    public init(_ event: Event) throws {
        self.event = event
        guard let key = Model.Key(storeKey: event.key) else {
            throw RecordKeyError(bucket: event.bucket, key: event.key)
        }
        self.key = key
        new = try event.new.map { try Model(row: Row($0)) }
        old = try event.old.map { try Model(row: Row($0)) }
    }

    /// The record that the event is about: as it is after it, or as it last was.
    public var record: Model? { new ?? old }

    /// What the event says beside its records, such as its kind, its position and its causation.
    public subscript<Value>(dynamicMember path: KeyPath<Event, Value>) -> Value {
        event[keyPath: path]
    }

    /// Whether a property has another value than before; false for one that is no column.
    public func hasChanged(_ property: PartialKeyPath<Model>) -> Bool {
        Model.schema.field(property).map(event.hasChanged) ?? false
    }

    /// Runs `body`; commits that its task makes meanwhile say that this event has caused them.
    public func causing<R>(_ body: () async throws -> R) async rethrows -> R {
        try await event.causing(body)
    }
}

/// A key that the type of a bucket's keys cannot be made of.
public struct RecordKeyError: Error, Sendable, CustomStringConvertible {
    /// The bucket.
    public let bucket: String
    /// The key.
    public let key: Key

    /// What is wrong and what to do about it.
    public var description: String {
        "A key of bucket \(bucket) is of another kind than its type's: define the bucket with the type that its keys have"
    }
}
