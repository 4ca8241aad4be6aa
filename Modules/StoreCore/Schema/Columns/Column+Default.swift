extension Column {
    /// What a record gets when it lacks a field.
    ///
    /// A literal works: `default: 0`, `default: "user"`, `default: []`.
    public enum Default: Sendable {
        /// The same value for every record.
        case value(Value)
        /// What the closure returns, called once for each record that lacks the field.
        ///
        /// Outside of every lock as a rule, but under the writer lock where the body of `Store.write` or a policy
        /// inserts: the closure is to be brief, and not to use the store.
        case dynamic(@Sendable () -> Value)
    }
}

extension Column.Default: Hashable {
    /// Whether both give equal values.
    ///
    /// Closures cannot be compared: any two are taken as equal.
    public static func == (a: Column.Default, b: Column.Default) -> Bool {
        switch (a, b) {
        case (.value(let a), .value(let b)): a == b
        case (.dynamic, .dynamic): true
        default: false
        }
    }

    /// Feeds the value to `hasher`.
    public func hash(into hasher: inout Hasher) {
        if case .value(let value) = self { value.hash(into: &hasher) }
    }
}

extension Column.Default: Codable {
    private enum CodingKeys: String, CodingKey {
        case value, isDynamic
    }

    /// Reads a default.
    ///
    /// A closure cannot be stored: what was one comes back as a closure that returns null.
    ///
    /// - Throws: `DecodingError` when it is neither.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if try container.decodeIfPresent(Bool.self, forKey: .isDynamic) == true {
            self = .dynamic { .null }
        } else {
            self = .value(try container.decode(Value.self, forKey: .value))
        }
    }

    /// Writes the value, or that there is a closure.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .value(let value): try container.encode(value, forKey: .value)
        case .dynamic: try container.encode(true, forKey: .isDynamic)
        }
    }
}

extension Column.Default: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral
{
    /// Makes a default of a boolean.
    public init(booleanLiteral value: Bool) { self = .value(.bool(value)) }

    /// Makes a default of an integer.
    public init(integerLiteral value: Int64) { self = .value(.integer(value)) }

    /// Makes a default of a double.
    public init(floatLiteral value: Double) { self = .value(.double(value)) }
}

extension Column.Default: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Makes a default of a text.
    public init(stringLiteral value: String) { self = .value(.string(value)) }

    /// Makes a default of a list.
    public init(arrayLiteral elements: Value...) { self = .value(.array(elements)) }

    /// Makes a default of an object.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .value(.object(Fields(listing: elements)))
    }
}
