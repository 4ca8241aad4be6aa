import StoreCore

/// A predicate of a random test: what is asked of the store, and what it means, told twice.
indirect enum RandomCondition: Sendable {
    case equal(String, Value)
    case less(String, Value)
    case lessOrEqual(String, Value)
    case isIn(String, [Value])
    case between(String, Value, Value)
    case hasPrefix(String, String)
    case equalInAnyCase(String, String)
    case isInInAnyCase(String, [String])
    case hasPrefixInAnyCase(String, String)
    case contains(String, Value)
    case not(RandomCondition)
    case both(RandomCondition, RandomCondition)
    case either(RandomCondition, RandomCondition)

    /// The condition as the store is asked.
    var predicate: Predicate {
        switch self {
        case .equal(let field, let value): .field(field) == value
        case .less(let field, let value): .field(field) < value
        case .lessOrEqual(let field, let value): .field(field) <= value
        case .isIn(let field, let values): .field(field).isIn(values)
        case .between(let field, let lower, let upper): .field(field).between(lower, upper)
        case .hasPrefix(let field, let prefix): .field(field).hasPrefix(prefix)
        case .equalInAnyCase(let field, let text):
            .field(field).equals(text, ignoringCase: true)
        case .isInInAnyCase(let field, let texts):
            .field(field).isIn(texts, ignoringCase: true)
        case .hasPrefixInAnyCase(let field, let prefix):
            .field(field).hasPrefix(prefix, ignoringCase: true)
        case .contains(let field, let value): .field(field).contains(value)
        case .not(let inner): !inner.predicate
        case .both(let one, let other): one.predicate && other.predicate
        case .either(let one, let other): one.predicate || other.predicate
        }
    }

    /// The condition as it is meant, spelled out without a thought of speed.
    func holds(for record: Fields) -> Bool {
        switch self {
        case .equal(let field, let value): record[field] == value
        case .less(let field, let value): isRelated(record[field], value) && record[field] < value
        case .lessOrEqual(let field, let value):
            isRelated(record[field], value) && record[field] <= value
        case .isIn(let field, let values): values.contains(record[field])
        case .between(let field, let lower, let upper):
            isRelated(record[field], lower) && isRelated(record[field], upper)
                && lower <= record[field] && record[field] <= upper
        case .hasPrefix(let field, let prefix):
            record[field].string.map { Array($0.utf8).starts(with: Array(prefix.utf8)) } ?? false
        case .equalInAnyCase(let field, let text):
            record[field].string.map { Self.bytes($0) == Self.bytes(text) } ?? false
        case .isInInAnyCase(let field, let texts):
            record[field].string.map { texts.map(Self.bytes).contains(Self.bytes($0)) } ?? false
        case .hasPrefixInAnyCase(let field, let prefix):
            record[field].string.map { Self.bytes($0).starts(with: Self.bytes(prefix)) } ?? false
        case .contains(let field, let value): contains(record[field], value)
        case .not(let inner): !inner.holds(for: record)
        case .both(let one, let other): one.holds(for: record) && other.holds(for: record)
        case .either(let one, let other): one.holds(for: record) || other.holds(for: record)
        }
    }

    /// The conditions that this one is made of.
    var parts: [RandomCondition] {
        switch self {
        case .not(let inner): [inner]
        case .both(let one, let other), .either(let one, let other): [one, other]
        default: []
        }
    }

    /// The bytes of a text without its case.
    private static func bytes(_ text: String) -> [UInt8] { Array(text.lowercased().utf8) }

    private func isRelated(_ one: Value, _ other: Value) -> Bool {
        let kinds = [one, other].map { $0.double == nil ? $0.typeName : "number" }
        return kinds[0] == kinds[1] && !one.isNull
    }

    private func contains(_ whole: Value, _ part: Value) -> Bool {
        if let elements = whole.array { return elements.contains(part) }
        guard let whole = whole.string, let part = part.string else { return false }
        let bytes = Array(whole.utf8)
        let sought = Array(part.utf8)
        return (0...max(bytes.count - sought.count, 0)).contains {
            bytes.dropFirst($0).starts(with: sought)
        }
    }
}
