import StoreCore
import StoreTesting

/// A record as the model knows it.
struct ModelRecord: Equatable {
    /// Without nulls.
    var fields: [String: Value]
    var version = 1
    /// Its place among the insertions.
    var order: Int
    var created: Int64
    var updated: Int64
    /// In microseconds; `Int64.max` for none.
    var deadline = Int64.max
}

/// What has a say in a run's commits, beside the records themselves.
///
/// Without all of it, commits go the short way.
struct ModelShape {
    let hasPolicy: Bool
    let hasGates: Bool
    let hasUniques: Bool
    let references: [ModelReference]

    init(seed: UInt64) {
        let isPlain = seed % 3 == 0
        hasPolicy = !isPlain
        hasGates = !isPlain
        hasUniques = !isPlain || seed % 2 == 0
        let actions: [ReferenceAction] = [.cascade, .setNull, .restrict]
        let places: [(bucket: Int, field: String)] = [(0, "boss"), (1, "owner"), (1, "heir")]
        var random = SeededRandom(seed &+ 7)
        references =
            seed % 12 == 0 || seed % 3 == 1
            ? places.map { bucket, field in
                ModelReference(bucket: bucket, field: field, action: random.pick(actions))
            } : []
    }

    var uniques: [ModelIndex] {
        guard hasUniques else { return [] }
        return [
            ModelIndex(.unique("name")), ModelIndex(.unique("flag", "n")),
            ModelIndex(.unique("when", where: .field("group") == "gg")) { $0["group"] == "gg" },
            ModelIndex(.unique(.ignoringCase("group"), "n")),
        ]
    }
}

/// An index, and what it means, spelled out without a thought of speed.
struct ModelIndex {
    let definition: IndexDefinition
    /// Whether a record with these fields has an entry.
    let holds: ([String: Value]) -> Bool

    init(
        _ definition: IndexDefinition, holds: @escaping ([String: Value]) -> Bool = { _ in true }
    ) {
        self.definition = definition
        self.holds = holds
    }

    func values(of fields: [String: Value]) -> [Value] {
        definition.columns.map { column in
            let value = fields[column.name] ?? .null
            guard column.ignoresCase, let text = value.string else { return value }
            return .string(text.lowercased())
        }
    }

    /// The values that no other record may have; nil if others may.
    func uniqueValues(of fields: [String: Value]) -> [Value]? {
        let values = values(of: fields)
        return holds(fields) && !values.contains(where: \.isNull) ? values : nil
    }
}

/// A column of a bucket that refers to the first one.
struct ModelReference: Hashable {
    let bucket: Int
    let field: String
    let action: ReferenceAction
}

/// The two buckets that every run works on.
///
/// One is by a number and in order of insertion, one by two fields and in order of its keys. Otherwise they are alike.
enum ModelBuckets {
    static let names = ["numbers", "pairs"]
    static let keys: [KeyDefinition] = ["id", ["x", "y"]]

    static func indexes(_ shape: ModelShape) -> [IndexDefinition] {
        // That names are unique, their column says.
        (indexes + shape.uniques.dropFirst()).map(\.definition)
    }

    /// Indexes that come and go; there are others over the same fields.
    static var alterations: [ModelAlteration: ModelIndex] {
        [
            .index: ModelIndex(["flag", "score"]), .folded: ModelIndex(.ignoringCase("group")),
            .partial: ModelIndex(.index("group", where: .field("rank") == 7)) { $0["rank"] == 7 },
        ]
    }

    static func index(_ definition: IndexDefinition) -> ModelIndex {
        (indexes + alterations.values).first { $0.definition == definition }
            ?? ModelIndex(definition)
    }

    static var indexes: [ModelIndex] {
        [
            ModelIndex("group"), ModelIndex(["group", "score"]), ModelIndex("score"),
            ModelIndex(["name", "when"]), ModelIndex("when"), ModelIndex(.ignoringCase("name")),
            ModelIndex([.ignoringCase("group"), "flag"]),
            ModelIndex(.index("score", where: .field("flag") == true)) { $0["flag"] == true },
            ModelIndex(.index("group", "when", where: .field("n").between(1, 3))) {
                $0["n"].map { (1...3).contains($0) } ?? false
            },
            ModelIndex(.index(.ignoringCase("name"), where: .field("group") != nil)) {
                $0["group"] != nil
            },
        ]
    }

    static func schema(_ bucket: Int, _ shape: ModelShape) -> BucketSchema {
        var schema: BucketSchema = [
            "name": .string(unique: shape.hasUniques), "group": .string, "score": .number,
            "when": .date,
            "flag": .bool, "n": .integer(range: 0...50), "rank": .integer(default: 7),
        ]
        let keys: BucketSchema = bucket == 0 ? ["id": .integer] : ["x": .string, "y": .integer]
        schema.columns = keys.columns + schema.columns
        for reference in shape.references where reference.bucket == bucket {
            let column = Column.integer.references(names[0], onDelete: reference.action)
            schema.columns.append(.init(name: reference.field, column: column))
        }
        return schema
    }

    static func keyFields(_ bucket: Int, _ key: Int) -> Fields {
        guard bucket == 1 else { return ["id": .integer(Int64(key))] }
        let texts = ["", "k", "a longer text", "a longer text, still"]
        return ["x": .string(texts[key % 4]), "y": .integer(Int64(key / 4))]
    }

    static func key(_ bucket: Int, _ key: Int) -> Key {
        let fields = keyFields(bucket, key)
        return bucket == 0 ? Key(fields["id"]) : Key([fields["x"], fields["y"]])
    }

    /// An operation's fields as they are given to the store: `anotherKey` stands for a change of the key.
    static func given(_ bucket: Int, _ key: Int, _ fields: Fields, withKey: Bool) -> Fields {
        var given = withKey ? keyFields(bucket, key).merging(fields) : fields
        if !given.removeValue("anotherKey").isNull, !withKey {
            given[bucket == 0 ? "id" : "y"] = .integer(-5)
        }
        return given
    }
}

/// Where a record is.
struct ModelKey: Hashable {
    let bucket: Int
    let key: Key
}

/// The state of a store, naively.
struct ModelState {
    var buckets: [[Key: ModelRecord]] = [[:], [:]]
    var position = 0
    var nextOrder = 0

    subscript(key: ModelKey) -> ModelRecord? {
        get { buckets[key.bucket][key.key] }
        set { buckets[key.bucket][key.key] = newValue }
    }

    /// What is seen at an instant, in the bucket's order.
    func visible(_ bucket: Int, at instant: Int64) -> [(key: Key, record: ModelRecord)] {
        let seen = buckets[bucket].filter { $0.value.deadline > instant }
        let pairs = seen.map { (key: $0.key, record: $0.value) }
        return bucket == 0
            ? pairs.sorted { $0.record.order < $1.record.order } : pairs.sorted { $0.key < $1.key }
    }

    /// A net change between two states.
    struct Difference: Equatable {
        let bucket: Int
        let order: Int
        let key: Key
        let old: Int?
        let new: Int?
    }

    /// The net changes from this state to another, by row, as a structural difference tells them.
    func difference(to other: ModelState) -> [Difference] {
        var changes: [Difference] = []
        for bucket in 0..<2 {
            var byOrder: [Int: Difference] = [:]
            var deadlines: [Int: Int64] = [:]
            for (key, record) in buckets[bucket] {
                deadlines[record.order] = record.deadline
                byOrder[record.order] = Difference(
                    bucket: bucket, order: record.order, key: key, old: record.version, new: nil)
            }
            for (key, record) in other.buckets[bucket] {
                let old = byOrder[record.order]?.old
                byOrder[record.order] =
                    old == record.version && deadlines[record.order] == record.deadline
                    ? nil
                    : Difference(
                        bucket: bucket, order: record.order, key: key, old: old, new: record.version
                    )
            }
            changes += byOrder.values.sorted { $0.order < $1.order }
        }
        return changes
    }
}
