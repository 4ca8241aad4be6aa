/// The tests of a compiled predicate, to be run on one record after another.
///
/// Valid while the compiled predicate is. Copying it and running it touch no reference count:
/// values are compared where they lie.
struct PredicateProgram {
    let tests: UnsafeMutablePointer<PredicateTest>
    let constants: UnsafeMutablePointer<Value>
    /// The first test, or the outcome if there is none.
    let entry: Int32
    unowned(unsafe) let owner: CompiledPredicate

    /// The column that the first test looks at; nil if it looks at none.
    var firstSlot: Int? {
        guard entry >= 0, tests[Int(entry)].slot >= 0 else { return nil }
        return Int(tests[Int(entry)].slot)
    }

    /// Whether `record`, which is of the predicate's layout, satisfies it.
    @inline(__always)
    func matches(_ record: RecordRef) -> Bool {
        var next = entry
        while next >= 0 {
            let test = tests + Int(next)
            let slot = test.pointee.slot
            let passes =
                slot >= 0
                ? passes(test, record.values + Int(slot))
                : owner.passesIndirectly(test, record)
            next = passes ? test.pointee.onTrue : test.pointee.onFalse
        }
        return next == PredicateTest.accept
    }

    @inline(__always)
    private func passes(
        _ test: UnsafeMutablePointer<PredicateTest>, _ value: UnsafeMutablePointer<Value>
    ) -> Bool {
        let tag = ValueWords.tag(value)
        switch test.pointee.kind {
        case .null:
            return test.pointee.accepts(tag == ValueWords.nullTag ? .equal : .unrelated)
        case .integer where tag == ValueWords.integerTag, .date where tag == ValueWords.dateTag:
            return test.pointee.accepts(
                order: Value.compare(
                    ValueWords.payload(value), Int64(bitPattern: test.pointee.first)))
        case .double where tag == ValueWords.doubleTag:
            let one = Double(bitPattern: UInt64(bitPattern: ValueWords.payload(value)))
            let other = Double(bitPattern: test.pointee.first)
            return test.pointee.accepts(order: one < other ? -1 : one == other ? 0 : 1)
        case .shortString where tag == ValueWords.stringTag:
            let bits = ValueWords.string(value)
            guard bits.isSmall else { break }
            let constant = StringBits(low: test.pointee.first, high: test.pointee.second)
            return test.pointee.accepts(order: StringBits.compareSmall(bits, constant))
        case .shortPrefix where tag == ValueWords.stringTag:
            let bits = ValueWords.string(value)
            guard bits.isSmall else { break }
            return bits.begins(
                with: StringBits(low: test.pointee.first, high: test.pointee.second))
        case .value:
            let constant = constants + Int(test.pointee.constant)
            guard tag == ValueWords.tag(constant) else { break }
            return test.pointee.accepts(order: Value.compare(value, constant))
        default: break
        }
        return owner.passesGenerally(test, value)
    }
}

extension StringBits {
    /// Whether a small string begins with another small one.
    @inline(__always)
    fileprivate func begins(with prefix: StringBits) -> Bool {
        let count = prefix.smallCount
        guard smallCount >= count else { return false }
        // Content lies in memory order; a shift by the whole width leaves nothing.
        let lowBits = UInt64(8 * min(count, 8))
        let highBits = UInt64(8 * max(count - 8, 0))
        return (low ^ prefix.low) << (64 - lowBits) == 0
            && (high ^ prefix.high) << (64 - highBits) == 0
    }
}
