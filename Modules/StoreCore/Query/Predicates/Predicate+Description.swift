extension Predicate: CustomStringConvertible {
    /// The predicate as it might be written; what is long or nested deep is shortened.
    public var description: String { Predicate.describe(node, 0) { $0.excerpt } }

    /// The same with `?` in the place of every value: what queries of one shape have in common.
    var shape: String { Predicate.describe(node, 0, nil) }

    /// How a value is shown; nil: not at all.
    private typealias Show = (Value) -> String

    private static let shownMax = 8
    private static let levelsMax = 4

    private static func describe(_ node: Node, _ level: Int, _ show: Show?) -> String {
        guard level < levelsMax else { return "…" }
        let text = show ?? { _ in "?" }
        switch node {
        case .constant(let holds): return holds ? "all" : "none"
        case .compare(let path, .equal, .null): return "\(name(path)) is null"
        case .compare(let path, .notEqual, .null): return "\(name(path)) is not null"
        case .compare(let path, let comparison, let value):
            return "\(name(path)) \(symbol(comparison)) \(text(value))"
        case .isIn(let path, let values): return "\(name(path)) in \(list(values, show))"
        case .between(let path, let lower, let upper):
            return "\(name(path)) between \(text(lower)) and \(text(upper))"
        case .hasPrefix(let path, let prefix):
            return "\(name(path)) has prefix \(text(.string(prefix.text)))"
        case .isInFolded(let path, let texts):
            let choice =
                texts.count == 1
                ? "== \(text(.string(texts[0].text)))"
                : "in \(list(texts.map { .string($0.text) }, show))"
            return "\(name(path)) \(choice) ignoring case"
        case .hasPrefixFolded(let path, let prefix):
            return "\(name(path)) has prefix \(text(.string(prefix.text))) ignoring case"
        case .contains(let path, let value): return "\(name(path)) contains \(text(value))"
        case .matching: return "matching {…}"
        case .not(let inner): return "!(" + describe(inner, level + 1, show) + ")"
        case .every(let terms): return chain(terms, " && ", level, show)
        case .some(let terms): return chain(terms, " || ", level, show)
        case .tooDeep: return "a predicate nested too deep"
        }
    }

    private static func chain(
        _ terms: PredicateTerms, _ separator: String, _ level: Int, _ show: Show?
    ) -> String {
        var text = ""
        var shown = 0
        terms.forEach { term in
            defer { shown += 1 }
            guard shown < shownMax else { return }
            if shown > 0 { text += separator }
            text += parenthesised(term, level + 1, show)
        }
        if terms.count > shownMax {
            text += show == nil ? "\(separator)…" : "\(separator)… \(terms.count - shownMax) more"
        }
        return text
    }

    private static func parenthesised(_ node: Node, _ level: Int, _ show: Show?) -> String {
        switch node {
        case .every, .some: return "(" + describe(node, level, show) + ")"
        default: return describe(node, level, show)
        }
    }

    private static func list(_ values: [Value], _ show: Show?) -> String {
        guard let show else { return "[?]" }
        var text = values.prefix(shownMax).map(show).joined(separator: ", ")
        if values.count > shownMax { text += ", … \(values.count - shownMax) more" }
        return "[" + text + "]"
    }

    private static func name(_ path: FieldPath) -> String {
        path.description.shortened
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
