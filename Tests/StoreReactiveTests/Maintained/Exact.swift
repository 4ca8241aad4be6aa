import StoreCore

/// One element of a result as tests compare it: what it stands for, and all that it says.
struct Shown: Sendable, Equatable, CustomStringConvertible {
    let identity: String
    let text: String
    /// The same for all elements that no change tells apart.
    let equated: String

    init(identity: String, text: String, equated: String? = nil) {
        self.identity = identity
        self.text = text
        self.equated = equated ?? text
    }

    var description: String { text }
}

extension Value {
    /// The value in words, numbers with their kind and all of their bits.
    var exact: String {
        switch self {
        case .integer(let value): "i\(value)"
        case .double(let value): value == 0 && value.sign == .minus ? "d-0" : "d\(value)"
        case .array(let values): "[" + values.map(\.exact).joined(separator: ", ") + "]"
        case .object(let fields): fields.exact
        default: description
        }
    }

    /// The same for all values that are equal, however they are spelt: which group, or which value, it is.
    var equated: String {
        guard case .double(let value) = self else { return exact }
        return Int64(exactly: value).map { "i\($0)" } ?? exact
    }
}

extension Fields {
    var exact: String { map { "\($0.name): \($0.value.exact)" }.joined(separator: ", ") }
}

extension Record {
    var shown: Shown { Shown(identity: key.value.exact, text: exact, equated: equated) }

    var exact: String { "\(facts) {\(fields.exact)}" }

    /// A change of the schema brings the fields in another order.
    var equated: String {
        let fields = fields.map { "\($0.name): \($0.value.exact)" }.sorted()
        return "\(facts) {\(fields.joined(separator: ", "))}"
    }

    private var facts: String {
        let times = [createdAt, updatedAt, expiresAt].map { "\($0?.microseconds ?? -1)" }
        return "\(key.value.exact) v\(version) \(times.joined(separator: " "))"
    }
}

extension Group {
    var shown: Shown {
        let identity = key.map(\.value.equated).joined(separator: ", ")
        let (key, results) = (key.exact, results.exact)
        return Shown(identity: identity, text: "(\(key)) \(count) \(results)")
    }
}

extension Page {
    var shown: [Shown] {
        let end =
            "more \(hasMore), \(String(describing: nextCursor)), \(String(describing: previousCursor))"
        return records.map(\.shown) + [Shown(identity: "page", text: end)]
    }
}
