import StoreCore
import StoreTTL

/// What a record of the model holds beside its deadline.
struct ModelItem: Sendable, Equatable {
    var key: String
    var n: Int64
    var tag: String
    var code: String?

    var fields: Fields {
        var fields: Fields = ["id": .string(key), "n": .integer(n), "tag": .string(tag)]
        if let code { fields["code"] = .string(code) }
        return fields
    }
}

/// How an insertion says until when its record lives.
enum ModelLife: Sendable {
    case asDefined
    case lasting(Int64)
    case ending(Timestamp)
}

/// One operation on one bucket, which can be carried out in every way there is to write.
enum ModelStep: Sendable {
    case insert(ModelItem, ModelLife)
    case upsert(ModelItem)
    case update(String, n: Int64)
    case recode(String, String?)
    case replace(String, ModelItem)
    case increment(String)
    case delete(String)
    case touch(String, Int64?)
    case persist(String)
    case setDeadline(String, Timestamp?)
    case updateMany(tag: String, n: Int64)
    case deleteMany(tag: String)
    case clear

    /// Whether it goes by what a query finds, rather than by a key.
    var isForMany: Bool {
        switch self {
        case .updateMany, .deleteMany, .clear: true
        default: false
        }
    }
}

/// What an operation or a commit comes to.
enum ModelOutcome: Sendable, Equatable {
    case done
    case notFound
    case duplicate
    case noLifetime
    case conflict

    init(_ error: any Error) throws {
        switch error {
        case is RecordNotFoundError: self = .notFound
        case is UniqueConstraintError: self = .duplicate
        case is ExpiryError: self = .noLifetime
        default: throw error
        }
    }
}

extension ModelStep {
    private static func code(_ code: String?) -> Fields {
        ["code": code.map(Value.string) ?? .null]
    }

    /// Carries it out through a handle, as a commit of its own.
    func perform(on items: DynamicBucket) async throws {
        switch self {
        case .insert(let item, .asDefined): try await items.insert(item.fields)
        case .insert(let item, .lasting(let span)):
            try await items.insert(item.fields, expiresIn: .microseconds(span))
        case .insert(let item, .ending(let instant)):
            try await items.insert(item.fields, expiresAt: instant)
        case .upsert(let item): try await items.upsert(item.fields)
        case .update(let key, let n): try await items.update(key, ["n": .integer(n)])
        case .recode(let key, let code): try await items.update(key, Self.code(code))
        case .replace(let key, let item): try await items.replace(key, with: item.fields)
        case .increment(let key): try await items.increment(key, "n")
        case .delete(let key): try await items.delete(key)
        case .touch(let key, let span):
            try await items.touch(key, expiresIn: span.map { .microseconds($0) })
        case .persist(let key): try await items.persist(key)
        case .setDeadline(let key, let instant): try await items.setDeadline(key, instant)
        case .updateMany(let tag, let n):
            _ = try await items.updateMany(where: .field("tag") == tag, ["n": .integer(n)])
        case .deleteMany(let tag): _ = try await items.deleteMany(where: .field("tag") == tag)
        case .clear: _ = try await items.clear()
        }
    }

    /// Carries it out in the body of a write or of a transaction.
    func perform(on items: WritableBucket) throws {
        switch self {
        case .insert(let item, .asDefined): try items.insert(item.fields)
        case .insert(let item, .lasting(let span)):
            try items.insert(item.fields, expiresIn: .microseconds(span))
        case .insert(let item, .ending(let instant)):
            try items.insert(item.fields, expiresAt: instant)
        case .upsert(let item): try items.upsert(item.fields)
        case .update(let key, let n): try items.update(key, ["n": .integer(n)])
        case .recode(let key, let code): try items.update(key, Self.code(code))
        case .replace(let key, let item): try items.replace(key, with: item.fields)
        case .increment(let key): try items.increment(key, "n")
        case .delete(let key): try items.delete(key)
        case .touch(let key, let span):
            try items.touch(key, expiresIn: span.map { .microseconds($0) })
        case .persist(let key): try items.persist(key)
        case .setDeadline(let key, let instant): try items.setDeadline(key, instant)
        case .updateMany(let tag, let n):
            _ = try items.updateMany(where: .field("tag") == tag, ["n": .integer(n)])
        case .deleteMany(let tag): _ = try items.deleteMany(where: .field("tag") == tag)
        case .clear: _ = try items.clear()
        }
    }

    /// Adds it to a batch.
    func add(to batch: inout WriteBatch, _ items: DynamicBucket) throws {
        switch self {
        case .insert(let item, .asDefined): batch.insert(item.fields, into: items)
        case .insert(let item, .lasting(let span)):
            try batch.insert(item.fields, into: items, expiresIn: .microseconds(span))
        case .insert(let item, .ending(let instant)):
            batch.insert(item.fields, into: items, expiresAt: instant)
        case .upsert(let item): batch.upsert(item.fields, into: items)
        case .update(let key, let n): batch.update(key, ["n": .integer(n)], in: items)
        case .recode(let key, let code): batch.update(key, Self.code(code), in: items)
        case .replace(let key, let item): batch.replace(key, with: item.fields, in: items)
        case .increment(let key): batch.increment(key, "n", in: items)
        case .delete(let key): batch.delete(key, from: items)
        case .touch(let key, let span):
            try batch.touch(key, in: items, expiresIn: span.map { .microseconds($0) })
        case .persist(let key): batch.persist(key, in: items)
        case .setDeadline(let key, let instant): batch.setDeadline(key, instant, in: items)
        case .updateMany(let tag, let n):
            batch.updateMany(where: .field("tag") == tag, ["n": .integer(n)], in: items)
        case .deleteMany(let tag): batch.deleteMany(where: .field("tag") == tag, from: items)
        case .clear: batch.clear(items)
        }
    }
}
