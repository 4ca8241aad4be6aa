extension Predicate: Codable {
    private enum CodingKeys: String, CodingKey {
        case test, field, value, values, terms, ignoringCase
    }

    /// The tests by the names that stand for them.
    private enum Test: String, Codable {
        case all, none, and, or, not
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case isIn = "in"
        case between, hasPrefix, contains

        init(_ comparison: Comparison) {
            switch comparison {
            case .equal: self = .equal
            case .notEqual: self = .notEqual
            case .less: self = .less
            case .lessOrEqual: self = .lessOrEqual
            case .greater: self = .greater
            case .greaterOrEqual: self = .greaterOrEqual
            }
        }

        var comparison: Comparison? {
            switch self {
            case .equal: .equal
            case .notEqual: .notEqual
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            default: nil
            }
        }
    }

    /// Writes the predicate as an object: `{"test": "==", "field": ["role"], "value": "admin"}`, and
    /// `{"test": "and", "terms": […]}`.
    ///
    /// - Throws: `EncodingError` if a part of it is code or was nested too deep, and what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try Predicate.encode(node, to: encoder)
    }

    private static func encode(_ node: Node, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func put(_ test: Test, _ path: FieldPath) throws {
            try container.encode(test, forKey: .test)
            try container.encode(path.names, forKey: .field)
        }
        func put(_ test: Test, _ terms: [Node]) throws {
            try container.encode(test, forKey: .test)
            var list = container.nestedUnkeyedContainer(forKey: .terms)
            for term in terms { try encode(term, to: list.superEncoder()) }
        }
        switch node {
        case .constant(let holds): try container.encode(holds ? Test.all : .none, forKey: .test)
        case .compare(let path, let comparison, let value):
            try put(Test(comparison), path)
            try container.encode(value, forKey: .value)
        case .isIn(let path, let values):
            try put(.isIn, path)
            try container.encode(values, forKey: .values)
        case .between(let path, let lower, let upper):
            try put(.between, path)
            try container.encode([lower, upper], forKey: .values)
        case .hasPrefix(let path, let prefix):
            try put(.hasPrefix, path)
            try container.encode(prefix.text, forKey: .value)
        case .isInFolded(let path, let texts):
            try put(.isIn, path)
            try container.encode(texts.map(\.text), forKey: .values)
            try container.encode(true, forKey: .ignoringCase)
        case .hasPrefixFolded(let path, let prefix):
            try put(.hasPrefix, path)
            try container.encode(prefix.text, forKey: .value)
            try container.encode(true, forKey: .ignoringCase)
        case .contains(let path, let value):
            try put(.contains, path)
            try container.encode(value, forKey: .value)
        case .not(let inner): try put(.not, [inner])
        case .every(let terms): try put(.and, terms.nodes)
        case .some(let terms): try put(.or, terms.nodes)
        case .matching, .tooDeep:
            let context = EncodingError.Context(
                codingPath: encoder.codingPath,
                debugDescription: "code, and what is nested too deep, cannot be written")
            throw EncodingError.invalidValue(Predicate(node), context)
        }
    }

    /// Reads a predicate as ``encode(to:)`` writes it.
    ///
    /// - Throws: `DecodingError` for what is malformed, and for nesting deeper than ``depthMax``.
    public init(from decoder: any Decoder) throws {
        self = try Predicate.decode(from: decoder, levels: Predicate.depthMax)
    }

    /// Reads a predicate that may still have `levels` levels.
    private static func decode(from decoder: any Decoder, levels: Int) throws -> Predicate {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let test = try container.decode(Test.self, forKey: .test)
        switch test {
        case .all: return .all
        case .none: return .none
        case .and: return try terms(container, levels).reduce(.all, &&)
        case .or: return try terms(container, levels).reduce(.none, ||)
        case .not:
            let terms = try terms(container, levels)
            guard terms.count == 1 else { throw malformed(container, .terms) }
            return !terms[0]
        default: return Predicate(try leaf(test, container))
        }
    }

    private static func terms(
        _ container: KeyedDecodingContainer<CodingKeys>, _ levels: Int
    ) throws -> [Predicate] {
        guard levels > 1 else { throw malformed(container, .terms) }
        var list = try container.nestedUnkeyedContainer(forKey: .terms)
        var terms: [Predicate] = []
        while !list.isAtEnd {
            terms.append(try decode(from: list.superDecoder(), levels: levels - 1))
        }
        return terms
    }

    private static func leaf(
        _ test: Test, _ container: KeyedDecodingContainer<CodingKeys>
    ) throws -> Node {
        guard let path = FieldPath(names: try container.decode([String].self, forKey: .field))
        else {
            throw malformed(container, .field)
        }
        let ignoresCase = try container.decodeIfPresent(Bool.self, forKey: .ignoringCase) ?? false
        // Read without it, the test would mean something else than it says.
        guard !ignoresCase || test == .isIn || test == .hasPrefix else {
            throw malformed(container, .ignoringCase)
        }
        if let comparison = test.comparison {
            return .compare(path, comparison, try value(container))
        }
        switch test {
        case .isIn where ignoresCase:
            let texts = try container.decode([String].self, forKey: .values)
            return .isInFolded(path, texts.map { ByteString(foldingCase($0)) })
        case .isIn: return .isIn(path, try values(container))
        case .between:
            let values = try values(container)
            guard values.count == 2 else { throw malformed(container, .values) }
            return .between(path, values[0], values[1])
        case .hasPrefix:
            let prefix = try container.decode(String.self, forKey: .value)
            return ignoresCase
                ? .hasPrefixFolded(path, ByteString(foldingCase(prefix)))
                : .hasPrefix(path, ByteString(prefix))
        default: return .contains(path, try value(container))
        }
    }

    private static func value(_ container: KeyedDecodingContainer<CodingKeys>) throws -> Value {
        guard container.contains(.value) else { throw malformed(container, .value) }
        return try Value(from: container.superDecoder(forKey: .value))
    }

    private static func values(
        _ container: KeyedDecodingContainer<CodingKeys>
    ) throws -> [Value] {
        var list = try container.nestedUnkeyedContainer(forKey: .values)
        var values: [Value] = []
        while !list.isAtEnd { values.append(try Value(from: list.superDecoder())) }
        return values
    }

    private static func malformed(
        _ container: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys
    ) -> DecodingError {
        .dataCorruptedError(
            forKey: key, in: container,
            debugDescription: "no part of a predicate, or one that is nested too deep")
    }
}
