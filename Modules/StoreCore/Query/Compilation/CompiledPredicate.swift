/// A predicate made ready for the records of one layout.
///
/// A program of tests with jumps: evaluating it calls nothing indirectly, allocates nothing for
/// declared fields, and needs no stack, however the predicate was nested.
final class CompiledPredicate: @unchecked Sendable {
    // All of it is set once, by the compiler, and only read from then on.
    let layout: Layout
    let columns: Int
    /// The first test, or the outcome if there is none.
    let entry: Int32
    private let tests: UnsafeMutableBufferPointer<PredicateTest>
    private let constants: UnsafeMutableBufferPointer<Value>
    private let operands: [FieldOperand]
    private let sets: [Set<Value>]
    private let code: [Predicate.RecordTest]
    /// The top-level fields that the outcome depends on.
    let fields: FieldMask

    init(_ parts: consuming PredicateCompiler, entry: Int32) {
        layout = parts.layout
        columns = parts.layout.count
        self.entry = entry
        tests = .allocate(capacity: parts.tests.count)
        _ = tests.initialize(from: parts.tests)
        constants = .allocate(capacity: parts.constants.count)
        _ = constants.initialize(from: parts.constants)
        operands = parts.operands
        sets = parts.sets
        code = parts.code
        fields = parts.fields
    }

    deinit {
        tests.deinitialize()
        tests.deallocate()
        constants.deinitialize()
        constants.deallocate()
    }

    /// Whether only its author knows what the predicate tests.
    var isOpaque: Bool { !code.isEmpty }

    /// Whether every record passes.
    var acceptsAll: Bool { entry == PredicateTest.accept }

    /// Whether no record passes.
    var rejectsAll: Bool { entry == PredicateTest.reject }

    /// Whether `record`, which is of the predicate's layout, satisfies it.
    @inline(__always)
    func matches(_ record: RecordRef) -> Bool {
        var next = entry
        while next >= 0 {
            let test = tests.baseAddress.unsafelyUnwrapped + Int(next)
            let passes =
                test.pointee.slot >= 0
                ? passes(test, record.values + Int(test.pointee.slot), record)
                : passesIndirectly(test, record)
            next = passes ? test.pointee.onTrue : test.pointee.onFalse
        }
        return next == PredicateTest.accept
    }

    @inline(never)
    private func passesIndirectly(
        _ test: UnsafeMutablePointer<PredicateTest>, _ record: RecordRef
    ) -> Bool {
        if test.pointee.kind == .code {
            return code[Int(test.pointee.constant)].body(Record(record.storage))
        }
        var value = operands[Int(test.pointee.operand)].value(in: record, columns: columns)
        return withUnsafeMutablePointer(to: &value) { passes(test, $0, record) }
    }

    @inline(__always)
    private func passes(
        _ test: UnsafeMutablePointer<PredicateTest>, _ value: UnsafeMutablePointer<Value>,
        _ record: RecordRef
    ) -> Bool {
        switch test.pointee.kind {
        case .null:
            if case .null = value.pointee { return test.pointee.accepted.contains(.equal) }
            return test.pointee.accepted.contains(.unrelated)
        case .integer:
            if case .integer(let integer) = value.pointee {
                return test.pointee.accepts(integer, Int64(bitPattern: test.pointee.first))
            }
            return passesGenerally(test, value)
        case .shortString:
            return passesGenerally(test, value)
        default:
            return passesGenerally(test, value)
        }
    }

    @inline(never)
    private func passesGenerally(
        _ test: UnsafeMutablePointer<PredicateTest>, _ value: UnsafeMutablePointer<Value>
    ) -> Bool {
        let number = Int(test.pointee.constant)
        switch test.pointee.kind {
        case .member:
            return sets[number].contains(value.pointee)
        case .prefix:
            guard case .string(let string) = value.pointee,
                case .string(let prefix) = constants[number]
            else { return false }
            return bytesHasPrefix(string, prefix)
        case .contains:
            return CompiledPredicate.contains(value.pointee, constants[number])
        default:
            let constant = constants.baseAddress.unsafelyUnwrapped + number
            guard ValueClass(value.pointee) == ValueClass(constant.pointee) else {
                return test.pointee.accepted.contains(.unrelated)
            }
            let order = Value.compare(value.pointee, constant.pointee)
            return test.pointee.accepted.contains(
                order < 0 ? .less : order == 0 ? .equal : .greater)
        }
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

extension PredicateTest {
    @inline(__always)
    fileprivate func accepts(_ value: Int64, _ constant: Int64) -> Bool {
        let outcome: UInt8 = value < constant ? 1 : value == constant ? 2 : 4
        return accepted.rawValue & outcome != 0
    }
}
