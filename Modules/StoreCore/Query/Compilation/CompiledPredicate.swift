/// A predicate made ready for the records of one layout.
///
/// A program of tests with jumps: evaluating it calls nothing indirectly, allocates nothing for
/// declared fields, and needs no stack, however the predicate was nested.
final class CompiledPredicate: @unchecked Sendable {
    // All of it is set once, by the compiler, and only read from then on.
    let layout: Layout
    private let columns: Int
    private let entry: Int32
    private let tests: UnsafeMutablePointer<PredicateTest>
    private let constants: UnsafeMutablePointer<Value>
    private let constantCount: Int
    private let operands: [FieldOperand]
    /// Constants that are the members of a set, in ascending order.
    private let sets: [Range<Int>]
    private let code: [Predicate.RecordTest]
    /// The top-level fields that the outcome depends on.
    let fields: FieldMask

    init(_ parts: consuming PredicateCompiler, entry: Int32) {
        layout = parts.layout
        columns = parts.layout.count
        self.entry = entry
        tests = .allocate(capacity: max(parts.tests.count, 1))
        tests.initialize(from: parts.tests, count: parts.tests.count)
        constants = .allocate(capacity: max(parts.constants.count, 1))
        constants.initialize(from: parts.constants, count: parts.constants.count)
        operands = parts.operands
        sets = parts.sets
        code = parts.code
        fields = parts.fields
        constantCount = parts.constants.count
    }

    deinit {
        tests.deallocate()
        constants.deinitialize(count: constantCount)
        constants.deallocate()
    }

    /// Whether only its author knows what the predicate tests.
    var isOpaque: Bool { !code.isEmpty }

    /// Whether every record passes.
    var acceptsAll: Bool { entry == PredicateTest.accept }

    /// What is run on records; valid while this object is.
    @inline(__always)
    var program: PredicateProgram {
        PredicateProgram(
            tests: tests, constants: constants, entry: entry, owner: self)
    }

    /// Whether `record`, which is of the predicate's layout, satisfies it.
    func matches(_ record: RecordRef) -> Bool {
        withExtendedLifetime(self) { program.matches(record) }
    }

    /// A test of something that does not lie in the record as a column.
    @inline(never)
    func passesIndirectly(
        _ test: UnsafeMutablePointer<PredicateTest>, _ record: RecordRef
    ) -> Bool {
        switch test.pointee.kind {
        case .code: return code[Int(test.pointee.constant)].body(Record(record.storage))
        case .searches: return passesWithSearches(from: test.pointee.constant, record)
        default:
            var value = operands[Int(test.pointee.operand)].value(in: record, columns: columns)
            return withUnsafeMutablePointer(to: &value) { passesGenerally(test, $0) }
        }
    }

    /// Runs the tests from `entry` on as the program does, but searches for their fields together.
    private func passesWithSearches(from entry: Int32, _ record: RecordRef) -> Bool {
        var searches = FieldSearches(operands.count)
        var next = entry
        while next >= 0 {
            let test = tests + Int(next)
            let passes: Bool
            if test.pointee.slot >= 0 {
                passes = passesGenerally(test, record.values + Int(test.pointee.slot))
            } else if test.pointee.kind == .code {
                passes = passesIndirectly(test, record)
            } else {
                var value = operands[Int(test.pointee.operand)].value(
                    in: record, columns: columns, &searches)
                passes = withUnsafeMutablePointer(to: &value) { passesGenerally(test, $0) }
            }
            next = passes ? test.pointee.onTrue : test.pointee.onFalse
        }
        return next == PredicateTest.accept
    }

    /// A test that does not care how values lie in memory.
    @inline(never)
    func passesGenerally(
        _ test: UnsafeMutablePointer<PredicateTest>, _ value: UnsafeMutablePointer<Value>
    ) -> Bool {
        let number = Int(test.pointee.constant)
        switch test.pointee.kind {
        case .member:
            return isMember(value, sets[number])
        case .prefix, .shortPrefix:
            guard case .string(let string) = value.pointee,
                case .string(let prefix) = constants[number]
            else { return false }
            return bytesHasPrefix(string, prefix)
        case .contains:
            return CompiledPredicate.contains(value.pointee, constants[number])
        case .folded, .foldedPrefix, .foldedMember:
            guard case .string(let string) = value.pointee else { return false }
            return passesFolded(test.pointee.kind, string, number)
        default:
            let constant = constants[number]
            guard ValueClass(value.pointee) == ValueClass(constant) else {
                return test.pointee.accepts(.unrelated)
            }
            return test.pointee.accepts(order: Value.compare(value.pointee, constant))
        }
    }

    private func passesFolded(_ kind: PredicateTest.Kind, _ string: String, _ number: Int) -> Bool {
        if kind == .foldedMember {
            var folded = Value.string(foldingCase(string))
            return withUnsafeMutablePointer(to: &folded) { isMember($0, sets[number]) }
        }
        guard case .string(let constant) = constants[number] else { return false }
        return kind == .foldedPrefix
            ? hasFoldedPrefix(string, constant) : compareIgnoringCase(string, constant) == 0
    }

    private func isMember(_ value: UnsafeMutablePointer<Value>, _ set: Range<Int>) -> Bool {
        var low = set.lowerBound
        var high = set.upperBound
        while low < high {
            let middle = (low + high) >> 1
            let order = Value.compare(constants + middle, value)
            if order == 0 { return true }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return false
    }

    private static func contains(_ whole: Value, _ part: Value) -> Bool {
        switch whole {
        case .array(let elements): return elements.contains { Value.compare($0, part) == 0 }
        case .string(let string):
            guard case .string(let part) = part else { return false }
            return bytesContain(string, part)
        default: return false
        }
    }
}
