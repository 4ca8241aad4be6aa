import StoreCore
import StoreTesting

/// Makes random queries that like to meet: few values, and those on the edges of things.
struct RandomQueryGenerator {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed << 32) }

    private static let texts = [
        "", "a", "ab", "abc", "abcdefg", "abcdefgh", "abcdefghi", "b", "é", "e\u{301}",
        "a long text of more than fifteen bytes", "a long text of more than sixteen bytes",
        "A", "Abc", "ABCDEFG", "abcdefgH", "ABCDEFGHI", "É",
        "A long text of MORE than fifteen bytes",
    ]
    private static let indexes: [IndexDefinition] = [
        "a", "n", "s", ["a", "s"], ["a", "n"], ["s", "n", "a"], ["n", "a", "s"], "t",
        .ignoringCase("s"), [.ignoringCase("s"), "a"], ["a", .ignoringCase("s"), "n"],
    ]

    /// Conditions that an index may have.
    private static let conditions: [RandomCondition] = [
        .equal("a", 1), .isIn("a", [1, 2]), .between("a", 1, 3), .less("n", 2.5), .equal("n", 1),
        .hasPrefix("s", "a"), .hasPrefix("s", "abcdefgh"), .not(.equal("s", .null)),
        .equal("a", .null), .contains("t", 1), .both(.equal("a", 1), .lessOrEqual("n", 2)),
        .either(.equal("a", 1), .equal("n", 2)), .not(.between("a", 1, 3)),
        .equalInAnyCase("s", "ABC"), .isInInAnyCase("s", ["abc", "B"]),
        .hasPrefixInAnyCase("s", "AB"),
    ]

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    private mutating func value(_ field: String) -> Value {
        if below(12) == 0 {
            return pick([
                .null, true, 2, 1.5, "a", .date(Timestamp(microseconds: 1)), [1], ["k": 1],
                .bytes([1]), .integer(.max), .double(0x1p63),
            ])
        }
        switch field {
        case "a": return .integer(Int64(below(5)))
        case "n": return below(2) == 0 ? .integer(Int64(below(4))) : .double(Double(below(8)) / 2)
        case "t": return .array((0..<below(3)).map { _ in .integer(Int64(below(3))) })
        case "x": return pick([1, 2.5, "ab", true, .null])
        default: return .string(pick(Self.texts))
        }
    }

    mutating func record(_ id: Int) -> Fields {
        var record: Fields = ["id": .integer(Int64(id))]
        if below(8) > 0 { record["a"] = .integer(Int64(below(5))) }
        if below(4) > 0 {
            record["n"] = below(2) == 0 ? .integer(Int64(below(4))) : .double(Double(below(8)) / 2)
        }
        if below(4) > 0 { record["s"] = .string(pick(Self.texts)) }
        if below(3) > 0 {
            record["t"] = .array((0..<below(3)).map { _ in .integer(Int64(below(3))) })
        }
        if below(3) > 0 { record["x"] = pick([1, 2.5, "ab", true, .null]) }
        return record
    }

    mutating func condition(_ levels: Int) -> RandomCondition {
        if levels > 0, below(3) > 0 {
            switch below(5) {
            case 0: return .not(condition(levels - 1))
            case 1: return .either(condition(levels - 1), condition(levels - 1))
            default: return .both(condition(levels - 1), condition(levels - 1))
            }
        }
        let field = pick(RandomQuery.fields + ["a", "a", "n", "s", "id"])
        return condition(on: field)
    }

    /// Conditions on several fields, for each of which there may be an index: all of them, or any.
    mutating func crossing() -> RandomCondition {
        let fields = ["a", "n", "s", "a", "n", "s", "id"].shuffled(using: &random)
        let all = below(2) == 0
        return fields.prefix(pick([2, 2, 3])).map { condition(on: $0) }.reduce(
            below(4) == 0 ? condition(1) : condition(on: fields[6])
        ) { all ? .both($1, $0) : .either($1, $0) }
    }

    private mutating func condition(on field: String) -> RandomCondition {
        switch below(13) {
        case 10: return .equalInAnyCase(field, pick(Self.texts))
        case 11: return .isInInAnyCase(field, (0..<below(4)).map { _ in pick(Self.texts) })
        case 12: return .hasPrefixInAnyCase(field, pick(Self.texts))
        case 0...3: return .equal(field, value(field))
        case 4: return .less(field, value(field))
        case 5: return .lessOrEqual(field, value(field))
        case 6: return .isIn(field, (0..<below(4)).map { _ in value(field) })
        case 7: return .between(field, value(field), value(field))
        case 8: return .hasPrefix(field, pick(Self.texts))
        default: return .contains(field, value(field == "t" ? "a" : field))
        }
    }

    /// Some of the indexes that a query may find.
    mutating func indexes() -> [IndexDefinition] {
        var indexes = Self.indexes.filter { _ in below(2) == 0 }
        for _ in 0..<below(4) {
            let partial = IndexDefinition(
                pick(Self.indexes).columns, where: pick(Self.conditions).predicate)
            if !indexes.contains(partial) { indexes.append(partial) }
        }
        return indexes
    }

    /// A condition that some index may have, or such with another one.
    mutating func indexed() -> RandomCondition {
        let condition = pick(Self.conditions)
        return below(3) == 0 ? condition : .both(condition, self.condition(1))
    }

    /// What is asked for; nil for everything.
    mutating func question(_ levels: Int) -> RandomCondition? {
        switch below(6) {
        case 0: nil
        case 1: crossing()
        case 2, 3: indexed()
        default: condition(levels)
        }
    }

    mutating func next() -> RandomQuery {
        let count = pick([0, 1, 4, 30, 30, 200])
        let ids = Array(0..<count).shuffled(using: &random)
        let records = ids.map { record($0) }
        let direction: SortDirection = pick([.ascending, .descending])
        return RandomQuery(
            records: records, indexes: indexes(),
            order: pick([.insertion, .key]),
            condition: question(2),
            steps: (0..<pick([0, 1, 1, 2, 3])).map { _ in
                Ordering(
                    FieldPath(pick(RandomQuery.fields + ["a", "s"])),
                    below(6) == 0 ? pick([.ascending, .descending]) : direction,
                    ignoringCase: below(3) == 0)
            },
            limit: pick([nil, 0, 1, 3, 20, .max]), offset: pick([0, 0, 1, 7, 40, .max]),
            pageSize: pick([1, 3, 10, 1_000]))
    }
}
