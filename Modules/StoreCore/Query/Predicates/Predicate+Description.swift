extension Predicate: CustomStringConvertible {
    /// The predicate as it might be written, long chains and long lists shortened.
    public var description: String { Predicate.describe(node) }

    private static let shownMax = 8

    private static func describe(_ node: Node) -> String {
        switch node {
        case .constant(let holds): return holds ? "all" : "none"
        case .compare(let path, .equal, .null): return "\(name(path)) is null"
        case .compare(let path, .notEqual, .null): return "\(name(path)) is not null"
        case .compare(let path, let comparison, let value):
            return "\(name(path)) \(symbol(comparison)) \(value)"
        case .isIn(let path, let values): return "\(name(path)) in \(list(values))"
        case .between(let path, let lower, let upper):
            return "\(name(path)) between \(lower) and \(upper)"
        case .hasPrefix(let path, let prefix):
            return "\(name(path)) has prefix \(Value.string(prefix))"
        case .contains(let path, let value): return "\(name(path)) contains \(value)"
        case .matching: return "matching {…}"
        case .not(let inner): return "!(" + describe(inner) + ")"
        case .every(let terms): return chain(terms, " && ")
        case .some(let terms): return chain(terms, " || ")
        case .tooDeep: return "a predicate nested too deep"
        }
    }

    private static func chain(_ terms: PredicateTerms, _ separator: String) -> String {
        var text = ""
        var shown = 0
        terms.forEach { term in
            defer { shown += 1 }
            guard shown < shownMax else { return }
            if shown > 0 { text += separator }
            text += parenthesised(term)
        }
        if terms.count > shownMax { text += "\(separator)… \(terms.count - shownMax) more" }
        return text
    }

    private static func parenthesised(_ node: Node) -> String {
        switch node {
        case .every, .some: return "(" + describe(node) + ")"
        default: return describe(node)
        }
    }

    private static func list(_ values: [Value]) -> String {
        var text = values.prefix(shownMax).map { "\($0)" }.joined(separator: ", ")
        if values.count > shownMax { text += ", … \(values.count - shownMax) more" }
        return "[" + text + "]"
    }

    private static func name(_ path: FieldPath) -> String {
        path.names.joined(separator: ".")
    }

    private static func symbol(_ comparison: Comparison) -> String {
        switch comparison {
        case .equal: return "=="
        case .notEqual: return "!="
        case .less: return "<"
        case .lessOrEqual: return "<="
        case .greater: return ">"
        case .greaterOrEqual: return ">="
        }
    }
}
