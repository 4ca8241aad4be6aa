extension Predicate: CustomStringConvertible {
    /// The predicate as it might be written; what is long or nested deep is shortened.
    public var description: String { Predicate.describe(node, 0) }

    private static let shownMax = 8
    private static let levelsMax = 4

    private static func describe(_ node: Node, _ level: Int) -> String {
        guard level < levelsMax else { return "…" }
        switch node {
        case .constant(let holds): return holds ? "all" : "none"
        case .compare(let path, .equal, .null): return "\(name(path)) is null"
        case .compare(let path, .notEqual, .null): return "\(name(path)) is not null"
        case .compare(let path, let comparison, let value):
            return "\(name(path)) \(symbol(comparison)) \(value.excerpt)"
        case .isIn(let path, let values): return "\(name(path)) in \(list(values))"
        case .between(let path, let lower, let upper):
            return "\(name(path)) between \(lower.excerpt) and \(upper.excerpt)"
        case .hasPrefix(let path, let prefix):
            return "\(name(path)) has prefix \(prefix.excerpt)"
        case .isInFolded(let path, let texts):
            let choice =
                texts.count == 1 ? "== \(texts[0].excerpt)" : "in \(list(texts.map(\.storeValue)))"
            return "\(name(path)) \(choice) ignoring case"
        case .hasPrefixFolded(let path, let prefix):
            return "\(name(path)) has prefix \(prefix.excerpt) ignoring case"
        case .contains(let path, let value): return "\(name(path)) contains \(value.excerpt)"
        case .matching: return "matching {…}"
        case .not(let inner): return "!(" + describe(inner, level + 1) + ")"
        case .every(let terms): return chain(terms, " && ", level)
        case .some(let terms): return chain(terms, " || ", level)
        case .tooDeep: return "a predicate nested too deep"
        }
    }

    private static func chain(
        _ terms: PredicateTerms, _ separator: String, _ level: Int
    ) -> String {
        var text = ""
        var shown = 0
        terms.forEach { term in
            defer { shown += 1 }
            guard shown < shownMax else { return }
            if shown > 0 { text += separator }
            text += parenthesised(term, level + 1)
        }
        if terms.count > shownMax { text += "\(separator)… \(terms.count - shownMax) more" }
        return text
    }

    private static func parenthesised(_ node: Node, _ level: Int) -> String {
        switch node {
        case .every, .some: return "(" + describe(node, level) + ")"
        default: return describe(node, level)
        }
    }

    private static func list(_ values: [Value]) -> String {
        var text = values.prefix(shownMax).map(\.excerpt).joined(separator: ", ")
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
