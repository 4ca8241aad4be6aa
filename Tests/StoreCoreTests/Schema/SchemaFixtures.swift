@testable import StoreCore

/// Identifiers that can be told in advance.
final class CountedIDs: IDGenerator, @unchecked Sendable {
    private let lock = Lock()
    private var count: UInt64 = 0

    func uuid() -> String {
        lock.withLock {
            count += 1
            return UUIDText(random: 0, count).description
        }
    }
}

/// A counter that tells how often it was drawn from.
final class DrawCounter: @unchecked Sendable {
    private let lock = Lock()
    private var last: Int64 = 0

    var drawn: Int64 { lock.withLock { last } }

    func draw() -> Int64 {
        lock.withLock {
            last += 1
            return last
        }
    }
}

extension GenerationContext {
    /// Counted identifiers and numbers, at 2024-01-15T00:30:00Z.
    static func fixed(_ counter: DrawCounter = DrawCounter()) -> GenerationContext {
        GenerationContext(
            generator: CountedIDs(), now: Timestamp(microseconds: 1_705_278_600_123_456),
            autoincrement: { _ in counter.draw() })
    }
}

extension Layout {
    /// A bucket "things" with the key "id", a text unless the schema says otherwise.
    static func things(
        _ schema: BucketSchema, key: KeyDefinition = "id", indexes: [IndexDefinition] = [],
        isStrict: Bool = false, order: BucketOrder = .insertion
    ) throws -> Layout {
        var schema = schema
        if schema["id"] == nil { schema.columns.insert(.init(name: "id", column: .string), at: 0) }
        return try Layout(
            bucket: "things", key: key, schema: schema, indexes: indexes, isStrict: isStrict,
            order: order)
    }

    /// The record made of `fields` and the key "1".
    func made(_ fields: Fields, _ context: GenerationContext = .fixed()) throws -> Record {
        Record(try makeRecord(Fields(["id": "1"]).merging(fields), generating: context))
    }

    /// Field and code of each issue that `fields` raise; empty when there is none.
    func issues(_ fields: Fields, _ context: GenerationContext = .fixed()) -> [String] {
        do {
            _ = try made(fields, context)
            return []
        } catch let error as ValidationError {
            return error.issues.map { "\($0.field):\($0.code)" }
        } catch {
            return ["\(error)"]
        }
    }
}
