import StoreCore
import StoreTesting

/// Makes lists of steps; the same for the same seed.
struct ModelGenerator {
    var random: SeededRandom
    /// Few keys make many meetings.
    private let keys: Int
    private let isDeadlineHeavy: Bool
    private let fills: Bool
    /// Many records refer to one another, and meet in few keys, values and deadlines.
    private let isFamily: Bool

    init(seed: UInt64, isFamily: Bool = false) {
        random = SeededRandom(seed)
        self.isFamily = isFamily
        keys = isFamily ? random.pick([3, 4, 6]) : random.pick([4, 8, 8, 14, 24])
        isDeadlineHeavy = random.once(in: 3)
        fills = random.once(in: 6)
    }

    static let names =
        ["n1", "n2", "n3", "N3", "sevenby", "sevenby\0", "SEVENBY\0", "A LONG common prefix 4"]
        + (0..<5).map { "a long common prefix \($0)" }
    static let groups = ["", "g", "gg", "GG", "group of eight", "Group of Nine", "group of nine"]

    mutating func steps(operations: Int) -> [ModelStep] {
        var steps: [ModelStep] = []
        var count = 0
        while count < operations {
            let step = step()
            if case .batch = step, random.once(in: 12) { steps.append(.arm(fault())) }
            if case .one = step, random.once(in: 25) { steps.append(.arm(fault())) }
            steps.append(step)
            if random.once(in: 20) {
                steps.append(
                    .alter(bucket(), random.pick([.index, .partial, .folded, .field, .field])))
            }
            count += step.operations
            if case .fill(let bucket, _, _) = step {
                let rest = emptying(bucket)
                steps += rest
                count += rest.reduce(0) { $0 + $1.operations }
            }
        }
        return steps
    }

    /// What follows a filling: a few steps on many records, then none again, at once or with others that come.
    private mutating func emptying(_ bucket: Int) -> [ModelStep] {
        var steps = (0..<random.below(8)).map { _ in step() }
        if random.once(in: 2) { steps.insert(.hold(random.below(4)), at: 0) }
        if random.once(in: 2) { steps.append(.hold(random.below(4))) }
        let emptying: ModelOperation =
            random.once(in: 2) ? .clear(bucket) : .deleteMany(bucket, .all)
        var operations = [emptying]
        if random.once(in: 2) { operations.append(.insert(bucket, key(), ["rank": 1], ttl: nil)) }
        if random.once(in: 3) { operations.insert(.upsert(bucket, key(), ["rank": 2]), at: 0) }
        if random.once(in: 4) { steps.append(.arm(fault())) }
        steps.append(.batch(operations, require: nil))
        steps.append(.one(.clear(bucket)))
        return steps
    }

    private mutating func fault() -> ModelFault { random.once(in: 2) ? .policy : .gate }

    private mutating func step() -> ModelStep {
        if isFamily { return familyStep() }
        switch random.below(40) {
        case 0..<17: return .one(operation())
        case 17..<24:
            let off = random.once(in: 4) ? 1 : 0
            let require = random.once(in: 4) ? (bucket: bucket(), key: key(), off: off) : nil
            return .batch(operations(), require: require)
        case 24..<29:
            return .write(
                operations(), catches: random.once(in: 2), throwsAtEnd: random.once(in: 6))
        case 29..<31: return .swap(bucket(), key(), key())
        case 31: return fills && random.once(in: 3) ? fill() : .hold(random.below(4))
        case 32..<36: return .hold(random.below(4))
        case 36..<38: return .drop(random.below(4))
        default: return .advance(seconds: random.pick([1, 1, 2, 5]))
        }
    }

    private mutating func fill() -> ModelStep {
        .fill(bucket(), from: 1_000 + random.below(3) * 1_000, count: 257 + random.below(90))
    }

    private mutating func operations() -> [ModelOperation] {
        (0..<random.pick([1, 2, 3, 4, 5, 12])).map { _ in operation() }
    }

    mutating func bucket() -> Int { random.below(2) }
    mutating func key() -> Int { random.below(keys) }
    mutating func ttl() -> Int { random.below(6) - 1 }

    private mutating func version() -> Int? {
        random.once(in: 4) ? (random.once(in: 3) ? 1 : 0) : nil
    }

    private mutating func operation() -> ModelOperation {
        switch random.below(62) {
        case 0..<14:
            let deadline = random.once(in: isDeadlineHeavy ? 2 : 8) ? ttl() : nil
            return .insert(bucket(), key(), fields(), ttl: deadline)
        case 14..<25: return .upsert(bucket(), key(), fields())
        case 25..<32: return .update(bucket(), key(), fields(), version: version())
        case 32..<36: return .mutate(bucket(), key(), fields())
        case 36..<40: return .replace(bucket(), key(), fields(), version: version())
        case 40..<46: return .delete(bucket(), key(), version: version())
        case 46..<50:
            let field = random.pick(["n", "n", "score", "tally"])
            let amount: Value =
                field == "score" && random.once(in: 2) ? 0.5 : .integer(Int64(random.below(9) - 3))
            return .increment(bucket(), key(), field, amount)
        case 50..<54:
            return .setDeadline(bucket(), key(), ttl: random.once(in: 4) ? nil : ttl())
        case 54..<57: return .updateMany(bucket(), predicate(), many())
        case 57, 58: return .expire(bucket(), key())
        case 59, 60: return .deleteMany(bucket(), predicate())
        default: return random.once(in: 3) ? .clear(bucket()) : .deleteMany(bucket(), predicate())
        }
    }

    private mutating func predicate() -> ModelPredicate {
        switch random.below(8) {
        case 0, 1: .groupIs(random.once(in: 4) ? .null : .string(random.pick(Self.groups)))
        case 2: .scoreFrom(random.pick(ModelValues.numbers))
        case 3: .scoreBetween(0, random.pick([5, 0x1p53, .integer(1 << 53 + 1)]))
        case 4: .nameBegins(random.pick(["", "n", "a long common", "sevenby"]))
        case 5: .nameIs(random.pick(Self.names))
        case 6: .flagAndGroup(random.once(in: 2), random.pick(Self.groups))
        default: random.once(in: 3) ? .all : .scoreFrom(10)
        }
    }

    /// What may be set in many records at once: unique values hardly ever.
    private mutating func many() -> Fields {
        var fields = fields()
        if !random.once(in: 6) {
            _ = fields.removeValue("name")
            _ = fields.removeValue("n")
        }
        return fields
    }

    private mutating func fields() -> Fields {
        var fields: Fields = [:]
        func maybe(_ chance: Int, _ random: inout SeededRandom) -> Bool { random.once(in: chance) }
        if maybe(3, &random) { fields["name"] = text(Self.names) }
        if maybe(2, &random) { fields["group"] = text(Self.groups) }
        if maybe(2, &random) { fields["score"] = ModelValues.draw(.number, &random) }
        if maybe(3, &random) { fields["when"] = ModelValues.draw(.date, &random) }
        if maybe(3, &random) { fields["flag"] = ModelValues.draw(.boolean, &random) }
        if maybe(3, &random) {
            fields["n"] = random.once(in: 5) ? .null : .integer(Int64(random.below(6)))
        }
        if maybe(8, &random) { fields["rank"] = random.once(in: 2) ? .null : 3 }
        if maybe(8, &random) {
            fields["note"] = .string(String(repeating: "note ", count: random.below(9)))
        }
        if maybe(5, &random) { fields["child"] = .integer(Int64(key())) }
        if maybe(isDeadlineHeavy ? 4 : 20, &random) { fields["ttl"] = .integer(Int64(ttl())) }
        for field in ["boss", "owner", "heir"] where maybe(12, &random) {
            fields[field] = random.once(in: 5) ? .null : .integer(Int64(key()))
        }
        if maybe(25, &random) { fields["n"] = random.pick([99, "no number", -1]) }
        if maybe(40, &random) { fields["anotherKey"] = true }
        return fields
    }

    private mutating func text(_ choices: [String]) -> Value {
        random.once(in: 5) ? .null : .string(random.pick(choices))
    }
}
