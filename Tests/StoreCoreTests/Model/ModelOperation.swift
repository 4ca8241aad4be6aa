import StoreCore

/// One change to one of the two buckets, in terms that make sense whatever the state is.
enum ModelOperation: Sendable {
    case insert(Int, Int, Fields, ttl: Int?)
    case upsert(Int, Int, Fields)
    case update(Int, Int, Fields, version: Int?)
    case mutate(Int, Int, Fields)
    case replace(Int, Int, Fields, version: Int?)
    case delete(Int, Int, version: Int?)
    case expire(Int, Int)
    case increment(Int, Int, String, Value)
    case setDeadline(Int, Int, ttl: Int?)
    case updateMany(Int, ModelPredicate, Fields)
    case deleteMany(Int, ModelPredicate)
    case clear(Int)

    var bucket: Int {
        switch self {
        case .insert(let bucket, _, _, _), .upsert(let bucket, _, _), .update(let bucket, _, _, _),
            .mutate(let bucket, _, _), .replace(let bucket, _, _, _), .delete(let bucket, _, _),
            .expire(let bucket, _), .increment(let bucket, _, _, _), .setDeadline(let bucket, _, _),
            .updateMany(let bucket, _, _), .deleteMany(let bucket, _), .clear(let bucket):
            bucket
        }
    }
}

/// A condition that the model and the store each judge in their own way.
enum ModelPredicate: Sendable {
    case groupIs(Value)
    case scoreFrom(Value)
    case scoreBetween(Value, Value)
    case nameBegins(String)
    /// Whatever the case.
    case nameIs(String)
    case flagAndGroup(Bool, String)
    case all

    var predicate: Predicate {
        switch self {
        case .groupIs(let group): .field("group") == group
        case .scoreFrom(let score): .field("score") >= score
        case .scoreBetween(let low, let high): .field("score").between(low, high)
        case .nameBegins(let prefix): .field("name").hasPrefix(prefix)
        case .nameIs(let name): .field("name").equals(name, ignoringCase: true)
        case .flagAndGroup(let flag, let group):
            .field("flag") == flag && .field("group") == group
        case .all: .all
        }
    }

    func holds(for fields: [String: Value]) -> Bool {
        let score = fields["score"]
        switch self {
        case .groupIs(let group): return (fields["group"] ?? .null) == group
        case .scoreFrom(let low): return score.map { $0 >= low } ?? false
        case .scoreBetween(let low, let high): return score.map { $0 >= low && $0 <= high } ?? false
        case .nameBegins(let prefix):
            return fields["name"]?.string?.utf8.starts(with: prefix.utf8) ?? false
        case .nameIs(let name):
            return fields["name"]?.string?.lowercased() == name.lowercased()
        case .flagAndGroup(let flag, let group):
            return fields["flag"] == .bool(flag) && fields["group"] == .string(group)
        case .all: return true
        }
    }
}

/// One step of a run.
///
/// Any part of a list of steps is a list that can be run.
enum ModelStep: Sendable {
    case one(ModelOperation)
    /// `require`: a record that has to be at its version, or off by so much.
    case batch([ModelOperation], require: (bucket: Int, key: Int, off: Int)?)
    case write([ModelOperation], catches: Bool, throwsAtEnd: Bool)
    /// Exchanges the unique names of two records in one commit.
    case swap(Int, Int, Int)
    /// More than 256 inserts at once, which are built aside.
    case fill(Int, from: Int, count: Int)
    case advance(seconds: Int)
    case hold(Int)
    case drop(Int)
    /// The next commit's policy, or its last gate, refuses.
    case arm(ModelFault)
    /// Adds an index, or a field that no record has, or takes it away again.
    case alter(Int, ModelAlteration)

    /// How many operations on records the step has.
    var operations: Int {
        switch self {
        case .one, .fill: 1
        case .batch(let operations, _), .write(let operations, _, _): operations.count
        case .swap: 2
        case .advance, .hold, .drop, .arm, .alter: 0
        }
    }

    /// The step without one of its operations, for each of them.
    var simpler: [ModelStep] {
        func without(_ operations: [ModelOperation]) -> [[ModelOperation]] {
            operations.indices.map { index in
                var rest = operations
                rest.remove(at: index)
                return rest
            }
        }
        switch self {
        case .batch(let operations, let require):
            return (require == nil ? [] : [.batch(operations, require: nil)])
                + without(operations).map { .batch($0, require: require) }
        case .write(let operations, let catches, let throwsAtEnd):
            return [.batch(operations, require: nil)]
                + without(operations).map {
                    .write($0, catches: catches, throwsAtEnd: throwsAtEnd)
                }
        case .fill(let bucket, let first, let count) where count > 257:
            return [.fill(bucket, from: first, count: 257)]
        default: return []
        }
    }
}

enum ModelAlteration: String, Sendable {
    case index, partial, folded, field
}

enum ModelFault: String, Sendable {
    case policy, gate
}

/// What refuses a commit on purpose.
struct ModelRefusal: Error, Equatable {
    let by: String
}
