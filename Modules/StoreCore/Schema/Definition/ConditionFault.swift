/// What is wrong with the condition of a partial index.
///
/// The condition is asked of every record that is written, and has to come out the same wherever the definition is read
/// again: so it consists of comparisons of declared fields with values that such a field may hold.
struct ConditionFault: Error {
    let field: String?
    let message: String

    /// The most tests of a condition: each write makes them.
    static let testsMax = 64

    /// Finds the slots of the fields that a sound condition names, each once, in the order in which they come.
    ///
    /// `slot` finds the slot of a declared field by its name.
    static func slots(
        of condition: Predicate, _ columns: [Column], slot: (String) -> Int?
    ) throws(ConditionFault) -> [Int] {
        if case .tooDeep = condition.node { throw tooLarge }
        guard condition.size <= testsMax else { throw tooLarge }
        var slots: [Int] = []
        try check(condition.node) { path, test throws(ConditionFault) in
            let name = path.names.joined(separator: ".")
            guard let slot = slot(name) else {
                throw ConditionFault(
                    field: name,
                    message:
                        "The condition of an index names \(name.excerpt), which the schema does not declare; "
                        + "declare it, or compare a declared field as a whole")
            }
            if let message = fault(in: test, of: columns[slot].type) {
                throw ConditionFault(field: name, message: message)
            }
            if !slots.contains(slot) { slots.append(slot) }
        }
        return slots
    }

    /// The names of the fields that a sound condition compares.
    static func fields(of condition: Predicate) -> [String] {
        var names: [String] = []
        try? check(condition.node) { path, _ in names.append(path.names.joined(separator: ".")) }
        return names
    }

    private static let tooLarge = ConditionFault(
        field: nil,
        message:
            "The condition of an index has more than \(testsMax) tests, which each write would make; "
            + "shorten it, or keep what it says in a field")

    /// Visits the tests of single fields.
    private static func check(
        _ node: Predicate.Node,
        _ body: (FieldPath, Predicate.Node) throws(ConditionFault) -> Void
    ) throws(ConditionFault) {
        switch node {
        case .compare(let path, _, _), .isIn(let path, _), .between(let path, _, _),
            .hasPrefix(let path, _), .isInFolded(let path, _), .hasPrefixFolded(let path, _),
            .contains(let path, _):
            try body(path, node)
        case .not(let inner): try check(inner, body)
        case .every(let terms), .some(let terms):
            for term in terms.nodes { try check(term, body) }
        case .constant(let holds):
            throw ConditionFault(
                field: nil,
                message: holds
                    ? "The condition of an index holds for every record; leave it out"
                    : "The condition of an index holds for no record; leave the index out")
        case .matching:
            throw ConditionFault(
                field: nil,
                message:
                    "The condition of an index is data, and code is none; compare fields with values"
            )
        case .tooDeep: throw tooLarge
        }
    }

    /// Why no value of a column of this type, or each of them, would pass a test.
    private static func fault(in test: Predicate.Node, of type: ColumnType) -> String? {
        switch test {
        case .compare(_, .equal, let value), .compare(_, .notEqual, let value):
            return value.isNull ? nil : fault(in: value, type)
        case .compare(_, _, let value): return fault(in: value, type)
        case .isIn(_, let values):
            if values.isEmpty { return "The condition of an index allows no value; list some" }
            return values.lazy.compactMap { $0.isNull ? nil : fault(in: $0, type) }.first
        case .between(_, let lower, let upper):
            if let message = fault(in: lower, type) ?? fault(in: upper, type) { return message }
            return lower > upper
                ? "The condition of an index asks for what lies between \(lower.excerpt) and \(upper.excerpt), "
                    + "where nothing lies; give the lesser one first" : nil
        case .isInFolded(_, let texts) where texts.isEmpty:
            return "The condition of an index allows no value; list some"
        case .hasPrefix, .hasPrefixFolded, .isInFolded:
            return type == .string
                ? nil : "The condition of an index asks for a text, and the field is no string"
        case .contains(_, let value):
            if type == .array { return flaw(of: value) }
            if type == .string { return fault(in: value, type) }
            return
                "The condition of an index asks what a field contains that is neither string nor list"
        default: return nil
        }
    }

    private static func fault(in value: Value, _ type: ColumnType) -> String? {
        if let message = flaw(of: value) { return message }
        let sample = type == .integer ? ColumnType.number : type
        if sample.accepts(value) { return nil }
        return "The condition of an index compares the field with \(value.excerpt), "
            + "which is no \(type.rawValue); give a value of the field's type"
    }

    private static func flaw(of value: Value) -> String? {
        guard let flaw = value.flaw() else { return nil }
        return
            "The condition of an index compares the field with \(value.excerpt), which no field can hold: "
            + (flaw == .tooDeep
                ? "it is nested deeper than \(Value.nestingMax) levels" : "it is not finite")
            + "; give another value"
    }
}
