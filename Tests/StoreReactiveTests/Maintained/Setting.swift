import StoreCore
import StoreTTL
import StoreTesting

/// How the buckets of a program are defined.
struct Setting: Sendable, CustomStringConvertible {
    let order: BucketOrder
    let isStrict: Bool
    let indexes: [IndexDefinition]
    /// Seconds until a record without a deadline of its own is swept; nil: there is no sweeper.
    let lifetime: Int?
    let maxSize: Int?
    let eviction: Eviction
    /// How many records there are at first, and keys to choose from.
    let size: Int

    var description: String {
        "order \(order), strict \(isStrict), indexes \(indexes.map { "\($0.fields)" }), "
            + "lifetime \(lifetime ?? -1), maxSize \(maxSize ?? -1) \(eviction), size \(size)"
    }

    static func random(_ random: inout SeededRandom) -> Setting {
        let indexes: [IndexDefinition] = ["n", "s", ["kind", "n"], "box", "parent", "x"]
        return Setting(
            order: random.pick([.insertion, .key]), isStrict: random.once(in: 4),
            indexes: indexes.filter { _ in random.once(in: 4) },
            lifetime: random.once(in: 3) ? random.pick([5, 20]) : nil,
            maxSize: random.once(in: 5) ? random.pick([8, 25]) : nil,
            eviction: random.pick([.oldest, .leastRecentlyUsed]),
            size: random.pick([0, 12, 12, 30, 30, 120]))
    }

    var schema: BucketSchema {
        [
            "id": .integer, "n": .integer, "x": .number(), "s": .string(), "kind": .string(),
            "big": .integer, "box": .integer(references: "boxes"),
            "parent": .integer(references: "items"), "when": .date(),
        ]
    }

    /// What queries may ask for: in a bucket that is not strict, undeclared fields too.
    var fields: [String] {
        let declared = ["id", "n", "n", "x", "s", "kind", "box", "parent", "when"]
        return isStrict ? declared : declared + ["any", "any", "extra", "deep.n"]
    }

    func define(_ store: Store, _ bucket: String) async throws {
        switch bucket {
        case "items":
            var options: [BucketOption] = [.order(order)]
            if isStrict { options.append(.strict) }
            if let lifetime { options.append(.ttl(.seconds(lifetime))) }
            if let maxSize { options.append(.maxSize(maxSize, evict: eviction)) }
            try await store.defineBucket(
                bucket, key: "id", schema: schema, indexes: indexes, options)
        case "boxes":
            try await store.defineBucket(
                bucket, key: "id", schema: ["id": .integer, "n": .integer])
        default:
            let isIndexed = indexes.count.isMultiple(of: 2)
            try await store.defineBucket(
                bucket, key: "id",
                schema: ["id": .integer, "item": .integer(references: "items"), "n": .integer],
                indexes: isIndexed ? ["item"] : [])
        }
    }

    // MARK: Values

    /// A value that a field may have, at random.
    func value(of field: String, _ random: inout SeededRandom) -> Value {
        if random.once(in: 12) { return .null }
        switch field {
        case "id", "parent", "item": return .integer(Int64(random.below(max(size, 12) + 6)))
        case "n": return .integer(Int64(random.below(10)))
        case "x": return .double(random.pick([-1.5, -0.0, 0, 0.1, 0.2, 1, 2, 1e16, -1e16, 1e300]))
        case "s": return .string(random.pick(["a", "A", "ab", "Ab", "b", "B", "é", ""]))
        case "kind": return .string(random.pick(["x", "y", "z"]))
        case "big": return .integer(random.pick([.max, .min, 1, .max / 2]))
        case "box": return .integer(Int64(random.below(8)))
        case "when": return .date(Timestamp(microseconds: Int64(random.below(4))))
        case "extra", "deep.n": return .integer(Int64(random.below(3)))
        default:
            return random.pick([1, 1.0, 2, "1", "a", true, 0.5, [1, 2], ["n": 1], -0.0, 0])
        }
    }

    /// Some fields of a record.
    func fields(of bucket: String, _ random: inout SeededRandom) -> Fields {
        var fields: Fields = [:]
        let names =
            switch bucket {
            case "boxes": ["n"]
            case "notes": ["item", "n"]
            default:
                ["n", "x", "s", "kind", "big", "box", "parent", "when"]
                    + (isStrict ? [] : ["any", "extra", "deep.n"])
            }
        for name in names where random.once(in: name == "big" ? 6 : 2) {
            let value = value(of: name, &random)
            if name == "deep.n" { fields["deep"] = ["n": value] } else { fields[name] = value }
        }
        return fields
    }
}
