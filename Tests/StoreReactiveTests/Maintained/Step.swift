import StoreCore
import StoreTTL
import StoreTesting
import StoreTransactions

/// One change of a record.
enum Write: Sendable {
    case insert(Fields, lifetime: Int?)
    case upsert(Fields)
    case update(Int64, Fields)
    case replace(Int64, Fields)
    case delete(Int64)
    case expire(Int64)
    case deadline(Int64, Int?)
    /// Deletes and inserts the record of one key.
    case renew(Int64, Fields)
    case updateAll(Predicate, Fields)
    case deleteAll(Predicate)
    case clear

    func apply(_ bucket: WritableBucket) throws {
        switch self {
        case .insert(let fields, let lifetime):
            try bucket.insert(fields, expiresAt: lifetime.map { bucket.now + .seconds($0) })
        case .upsert(let fields): try bucket.upsert(fields)
        case .update(let id, let fields): try bucket.update(id, fields)
        case .replace(let id, let fields): try bucket.replace(id, with: fields)
        case .delete(let id): try bucket.delete(id)
        case .expire(let id): try bucket.expire(id)
        case .deadline(let id, let lifetime):
            try bucket.setDeadline(id, lifetime.map { bucket.now + .seconds($0) })
        case .renew(let id, let fields):
            try bucket.delete(id)
            try bucket.insert(fields)
        case .updateAll(let predicate, let fields):
            try bucket.updateMany(where: predicate, fields)
        case .deleteAll(let predicate): try bucket.deleteMany(where: predicate)
        case .clear: try bucket.clear()
        }
    }
}

/// One step of a program.
enum Step: Sendable {
    typealias Writes = [(bucket: String, write: Write)]

    case write(Writes)
    case transaction(Writes)
    case insertMany([Fields])
    case advance(Int)
    case purge
    case addField(String, to: String)
    case removeField(String, from: String)
    case redefine(String)
    case settle
}

// MARK: At random

extension Write {
    static func random(
        _ bucket: String, _ random: inout SeededRandom, _ setting: Setting
    ) -> Write {
        let bound = bucket == "boxes" ? 8 : max(setting.size, 12) + 6
        let id = Int64(random.below(bound))
        var whole = setting.fields(of: bucket, &random)
        whole["id"] = .integer(id)
        let part = setting.fields(of: bucket, &random)
        switch random.below(40) {
        case 0...8: return .insert(whole, lifetime: random.once(in: 3) ? random.below(9) - 1 : nil)
        case 9...13: return .upsert(whole)
        case 14...24: return .update(id, part)
        case 25: return .replace(id, whole)
        case 26...30: return .delete(id)
        case 31: return .expire(id)
        case 32, 33: return .deadline(id, random.once(in: 3) ? nil : random.below(9) - 1)
        case 34, 35: return .renew(id, whole)
        case 36: return .updateAll(.field("n") < Value.integer(Int64(random.below(8))), part)
        case 37: return .deleteAll(.field("n") == Value.integer(Int64(random.below(10))))
        case 38: return random.once(in: 6) ? .clear : .update(id, part)
        default: return .update(id, part)
        }
    }
}

extension Step {
    static func random(_ random: inout SeededRandom, _ setting: Setting) -> Step {
        switch random.below(100) {
        case 0..<48: return .write(writes(1, &random, setting))
        case 48..<58: return .write(writes(random.below(6) + 2, &random, setting))
        case 58..<66: return .transaction(writes(random.below(6) + 1, &random, setting))
        case 66..<68:
            let first = Int64(10_000 + random.below(10_000))
            return .insertMany(
                (0..<Int64(random.pick([3, 40]))).map {
                    var fields = setting.fields(of: "items", &random)
                    fields["id"] = .integer(first + $0)
                    return fields
                })
        case 68..<75: return .advance(random.pick([0, 1, 1, 2, 3, 8, 30]))
        case 75: return .purge
        case 76, 77: return field(&random)
        case 78: return .redefine(random.pick(["boxes", "notes"]))
        default: return .settle
        }
    }

    /// A change of a definition.
    private static func field(_ random: inout SeededRandom) -> Step {
        let bucket = random.pick(["items", "items", "items", "boxes", "notes"])
        let name = random.pick(
            bucket == "items" ? ["extra", "extra", "kind", "n"] : ["extra", "n"])
        return random.once(in: 2) ? .addField(name, to: bucket) : .removeField(name, from: bucket)
    }

    private static func writes(
        _ count: Int, _ random: inout SeededRandom, _ setting: Setting
    ) -> Writes {
        (0..<count).map { _ in
            let bucket = random.pick(["items", "items", "items", "boxes", "notes"])
            return (bucket, .random(bucket, &random, setting))
        }
    }
}
