import StoreCore
import StoreReactive
import StoreTesting

/// A query value of the bucket `items`, at random.
struct Shape: Sendable, CustomStringConvertible {
    /// What of the records is asked for.
    enum Kind: Sendable {
        case records
        case page(Int, isAfterFirst: Bool, isBackward: Bool)
        case count, sum(String), avg(String), min(String), max(String), distinct(String)
        case groups([String])
        /// Each with its box.
        case box
        /// Each with the notes that refer to it.
        case notes
        /// Each with its box, its notes, the item that it belongs to, and those that belong to it.
        case all
    }

    let predicate: Predicate
    let orderings: [Ordering]
    let limit: Int?
    let offset: Int
    let kind: Kind
    let coalescing: Coalescing
    /// How many rows a limited list keeps beyond those that are asked for.
    let slack: Int

    var description: String {
        let order = orderings.map {
            "\($0.path) \($0.direction)\($0.ignoresCase ? " ignoring case" : "")"
        }
        return "\(kind) where \(predicate) order \(order) limit \(limit ?? -1) offset \(offset) "
            + "\(coalescing) slack \(slack)"
    }

    func query(_ bucket: some StoreReader) -> Query {
        var query = bucket.query.where(predicate).order(by: orderings)
        if let limit { query = query.limit(limit) }
        return query.offset(offset)
    }

    static let aggregates: [Aggregate] = [
        .count, .sum("n"), .sum("x"), .avg("x"), .avg("n"), .min("x"), .max("s"), .min("n"),
    ]

    static func random(_ random: inout SeededRandom, _ setting: Setting) -> Shape {
        let kind = kind(&random, setting)
        var (limit, offset): (Int?, Int) = (nil, 0)
        if case .page = kind {
        } else {
            limit = random.once(in: 2) ? random.pick([0, 1, 2, 3, 5, 8, 20, 1_000, .max]) : nil
            offset = random.once(in: 3) ? random.pick([1, 2, 4, 10, 1_000]) : 0
        }
        let coalescing: [Coalescing] = [
            .latest, .latest, .latest, .everyCommit, .throttle(.seconds(3)),
        ]
        return Shape(
            predicate: random.once(in: 4)
                ? .all : .random(&random, setting, depth: random.below(3)),
            orderings: (0..<random.pick([0, 0, 1, 1, 1, 2])).map { _ in
                Ordering(
                    FieldPath(random.pick(setting.fields)), random.pick([.ascending, .descending]),
                    ignoringCase: random.once(in: 4))
            },
            limit: limit, offset: offset, kind: kind, coalescing: random.pick(coalescing),
            slack: random.pick([1, 2, 4, 64]))
    }

    private static func kind(_ random: inout SeededRandom, _ setting: Setting) -> Kind {
        let field = random.pick(setting.fields)
        switch random.below(24) {
        case 0: return .count
        case 1, 2: return .sum(random.pick(["n", "x", "big", field]))
        case 3: return .avg(random.pick(["n", "x", "big", field]))
        case 4: return .min(field)
        case 5: return .max(field)
        case 6: return .distinct(field)
        case 7...9: return .groups([field])
        case 10: return .groups([field, random.pick(setting.fields)])
        case 11, 12: return .box
        case 13, 14: return .notes
        case 15, 16: return .all
        case 17:
            return .page(
                random.pick([0, 1, 3, 10]), isAfterFirst: random.once(in: 2),
                isBackward: random.once(in: 2))
        default: return .records
        }
    }
}

extension Predicate {
    static func random(_ random: inout SeededRandom, _ setting: Setting, depth: Int) -> Predicate {
        if depth > 0 {
            let one = Predicate.random(&random, setting, depth: depth - 1)
            let other = Predicate.random(&random, setting, depth: depth - 1)
            switch random.below(3) {
            case 0: return one && other
            case 1: return one || other
            default: return !one
            }
        }
        let name = random.pick(setting.fields)
        let field = Predicate.field(name)
        let value = setting.value(of: name, &random)
        switch random.below(11) {
        case 0: return field == value
        case 1: return field != value
        case 2: return field < value
        case 3: return field >= value
        case 4: return .field("n") <= Value.integer(Int64(random.below(10)))
        case 5:
            let low = random.below(8)
            return .field("n").between(low, low + random.below(4))
        case 6: return field.isIn([value, setting.value(of: name, &random)])
        case 7: return .field("s").hasPrefix(random.pick(["a", "A", "b"]))
        case 8: return .field("s").hasPrefix(random.pick(["a", "B"]), ignoringCase: true)
        case 9: return field.isNull
        default: return .field("x") > Value.double(random.pick([-1, 0, 0.5, 2]))
        }
    }
}
