/// Turns predicates into programs for the records of one layout.
///
/// Terms are compiled from the last to the first, each with the places to go on at already known,
/// so that `&&`, `||` and `!` cost nothing but jumps.
struct PredicateCompiler {
    let layout: Layout
    private(set) var tests: [PredicateTest] = []
    private(set) var constants: [Value] = []
    private(set) var operands: [FieldOperand] = []
    private(set) var sets: [Range<Int>] = []
    private(set) var code: [Predicate.RecordTest] = []
    private(set) var fields = FieldMask.none

    /// Up to this many values are compared one after the other; more are searched by halves.
    private static let chainedMax = 8

    private init(_ layout: Layout) { self.layout = layout }

    /// - Throws: ``QueryError`` if the predicate or a value in it is nested too deep, or if a
    ///   strict bucket does not declare a field of it.
    static func compile(
        _ predicate: Predicate, for layout: Layout
    ) throws(QueryError) -> CompiledPredicate {
        try compile(every: [predicate.node], besides: [], for: layout)
    }

    /// Compiles the conjunction of `nodes`, those with the numbers in `answered` left out.
    static func compile(
        every nodes: [Predicate.Node], besides answered: [Int], for layout: Layout
    ) throws(QueryError) -> CompiledPredicate {
        var isAnswered = [Bool](repeating: false, count: nodes.count)
        for number in answered { isAnswered[number] = true }
        var compiler = PredicateCompiler(layout)
        var entry = PredicateTest.accept
        for number in nodes.indices.reversed() where !isAnswered[number] {
            entry = try compiler.compile(nodes[number], entry, PredicateTest.reject)
        }
        if compiler.operands.count > FieldSearches.plainMax, entry >= 0 {
            entry = compiler.append(
                PredicateTest(
                    kind: .searches, accepted: [], slot: -1, operand: -1, constant: entry,
                    onTrue: PredicateTest.accept, onFalse: PredicateTest.reject, first: 0,
                    second: 0))
        }
        return CompiledPredicate(compiler, entry: entry)
    }

    private mutating func compile(
        _ node: Predicate.Node, _ onTrue: Int32, _ onFalse: Int32
    ) throws(QueryError) -> Int32 {
        switch node {
        case .constant(let holds): return holds ? onTrue : onFalse
        case .not(let inner): return try compile(inner, onFalse, onTrue)
        case .every(let terms):
            var entry = onTrue
            for term in terms.nodes.reversed() { entry = try compile(term, entry, onFalse) }
            return entry
        case .some(let terms):
            var entry = onFalse
            for term in terms.nodes.reversed() { entry = try compile(term, onTrue, entry) }
            return entry
        case .tooDeep: throw .predicateTooDeep
        default: return try compileTest(node, onTrue, onFalse)
        }
    }

    /// Kept apart from the recursion above, so that its stack frames stay small.
    @inline(never)
    private mutating func compileTest(
        _ node: Predicate.Node, _ onTrue: Int32, _ onFalse: Int32
    ) throws(QueryError) -> Int32 {
        switch node {
        case .compare(let path, let comparison, let value):
            return try compare(path, comparison.outcomes, value, onTrue, onFalse)
        case .between(let path, let lower, let upper):
            guard ValueClass(lower) == ValueClass(upper) else { return onFalse }
            let rest = try compare(path, [.less, .equal], upper, onTrue, onFalse)
            return try compare(path, [.greater, .equal], lower, rest, onFalse)
        case .isIn(let path, let values):
            return try member(path, values, onTrue, onFalse)
        case .hasPrefix(let path, let prefix):
            let constant = append(.string(prefix.text))
            let bits = StringBits.packing(prefix.text)
            return try append(
                bits == nil ? .prefix : .shortPrefix, at: path, constant: constant, onTrue,
                onFalse, (bits?.low ?? 0, bits?.high ?? 0))
        case .isInFolded(let path, let texts):
            return try foldedMember(path, texts.map { .string($0.text) }, onTrue, onFalse)
        case .hasPrefixFolded(let path, let prefix):
            let constant = append(.string(prefix.text))
            return try append(.foldedPrefix, at: path, constant: constant, onTrue, onFalse)
        case .contains(let path, let value):
            let constant = append(try checked(value))
            return try append(.contains, at: path, constant: constant, onTrue, onFalse)
        case .matching(let test):
            code.append(test)
            fields = .all
            return append(
                PredicateTest(
                    kind: .code, accepted: [], slot: -1, operand: -1,
                    constant: Int32(code.count - 1), onTrue: onTrue, onFalse: onFalse, first: 0,
                    second: 0))
        case .constant, .not, .every, .some, .tooDeep:
            return try compile(node, onTrue, onFalse)
        }
    }

    private mutating func member(
        _ path: FieldPath, _ values: [Value], _ onTrue: Int32, _ onFalse: Int32
    ) throws(QueryError) -> Int32 {
        for value in values { _ = try checked(value) }
        let distinct = Value.distinct(values)
        if distinct.count <= PredicateCompiler.chainedMax {
            _ = try FieldOperand(path, in: layout)
            var entry = onFalse
            for value in distinct { entry = try compare(path, .equal, value, onTrue, entry) }
            return entry
        }
        sets.append(constants.count..<constants.count + distinct.count)
        constants += distinct
        return try append(.member, at: path, constant: sets.count - 1, onTrue, onFalse)
    }

    private mutating func foldedMember(
        _ path: FieldPath, _ texts: [Value], _ onTrue: Int32, _ onFalse: Int32
    ) throws(QueryError) -> Int32 {
        let distinct = Value.distinct(texts)
        if distinct.count == 1 {
            let constant = append(distinct[0])
            return try append(.folded, at: path, constant: constant, onTrue, onFalse)
        }
        sets.append(constants.count..<constants.count + distinct.count)
        constants += distinct
        return try append(.foldedMember, at: path, constant: sets.count - 1, onTrue, onFalse)
    }

    private mutating func compare(
        _ path: FieldPath, _ accepted: PredicateTest.Outcomes, _ value: Value, _ onTrue: Int32,
        _ onFalse: Int32
    ) throws(QueryError) -> Int32 {
        let constant = append(try checked(value))
        // Nothing is ordered against null, and nothing at all against what is not a number.
        if value.isNaN || (value.isNull && accepted != .equal && accepted != .notEqual) {
            _ = try FieldOperand(path, in: layout)
            return accepted.contains(.unrelated) ? onTrue : onFalse
        }
        let (kind, words) = PredicateCompiler.shape(value)
        return try append(kind, accepted, at: path, constant: constant, onTrue, onFalse, words)
    }

    /// How stored values are compared with `value` at a glance, if they can be.
    private static func shape(
        _ value: Value
    ) -> (PredicateTest.Kind, (first: UInt64, second: UInt64)) {
        switch value {
        case .null: return (.null, (0, 0))
        case .integer(let integer): return (.integer, (UInt64(bitPattern: integer), 0))
        case .double(let double): return (.double, (double.bitPattern, 0))
        case .date(let date): return (.date, (UInt64(bitPattern: date.microseconds), 0))
        case .string(let string):
            guard let bits = StringBits.packing(string) else { return (.value, (0, 0)) }
            return (.shortString, (bits.low, bits.high))
        default: return (.value, (0, 0))
        }
    }

    private func checked(_ value: Value) throws(QueryError) -> Value {
        if value.exceedsNesting() { throw .valueTooDeep }
        return value
    }

    private mutating func append(_ constant: Value) -> Int {
        constants.append(constant)
        return constants.count - 1
    }

    private mutating func append(
        _ kind: PredicateTest.Kind, _ accepted: PredicateTest.Outcomes = .equal,
        at path: FieldPath, constant: Int, _ onTrue: Int32, _ onFalse: Int32,
        _ words: (UInt64, UInt64) = (0, 0)
    ) throws(QueryError) -> Int32 {
        let operand = try FieldOperand(path, in: layout)
        fields.insert(operand, in: layout)
        var slot: Int32 = -1
        if let column = operand.slot { slot = Int32(column) } else { operands.append(operand) }
        return append(
            PredicateTest(
                kind: kind, accepted: accepted, slot: slot, operand: Int32(operands.count - 1),
                constant: Int32(constant), onTrue: onTrue, onFalse: onFalse, first: words.0,
                second: words.1))
    }

    private mutating func append(_ test: PredicateTest) -> Int32 {
        tests.append(test)
        return Int32(tests.count - 1)
    }
}

extension Predicate.Comparison {
    var outcomes: PredicateTest.Outcomes {
        switch self {
        case .equal: return .equal
        case .notEqual: return .notEqual
        case .less: return .less
        case .lessOrEqual: return [.less, .equal]
        case .greater: return .greater
        case .greaterOrEqual: return [.greater, .equal]
        }
    }
}

extension QueryError {
    static var predicateTooDeep: QueryError {
        QueryError(
            reason: .tooDeep,
            message:
                "The predicate is nested deeper than \(Predicate.depthMax) levels, or has more than "
                + "\(Predicate.sizeMax) tests; chains of one operator count as one level, so regroup it."
        )
    }

    static var valueTooDeep: QueryError {
        QueryError(
            reason: .tooDeep,
            message: "A value in the predicate is nested deeper than \(Value.nestingMax) levels.")
    }
}
