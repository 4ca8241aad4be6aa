// Many records at once
// ====================
//
// Records lie wherever the allocator put them, so a scan waits for memory. Looking at each record to the end before the
// next keeps few of those waits under way; a loop of a few instructions that asks one thing of each keeps many. The
// first test of a program is therefore run on a whole leaf of records, if it compares numbers or dates, and the rest
// of the program on those that it does not decide.

extension PredicateProgram {
    /// What the first test alone tells of at most 32 records; bit i stands for record i.
    ///
    /// Those `matching` satisfy the predicate, of those `open` the program has to decide, and the
    /// others do not satisfy it. Nothing but the first test is run, so that who stops early has not
    /// asked more of the records that follow.
    @inline(__always)
    func glance(
        at records: UnsafeBufferPointer<RawNode>
    ) -> (matching: UInt32, open: UInt32) {
        guard !records.isEmpty else { return (0, 0) }
        // A shift by the whole width would be by none.
        let all = UInt32.max >> UInt32(32 - records.count)
        guard let first = firstOutcomes(records) else { return (0, all) }
        let test = tests + Int(entry)
        let failing = all & ~first.passing & ~first.undecided
        var matching: UInt32 = 0
        var open = first.undecided
        for (places, next) in [
            (first.passing, test.pointee.onTrue), (failing, test.pointee.onFalse),
        ] {
            if next == PredicateTest.accept { matching |= places }
            if next >= 0 { open |= places }
        }
        return (matching, open)
    }

    /// How the first test comes out; nil if it does not compare numbers or dates.
    @inline(__always)
    private func firstOutcomes(
        _ records: UnsafeBufferPointer<RawNode>
    ) -> (passing: UInt32, undecided: UInt32)? {
        guard entry >= 0, tests[Int(entry)].slot >= 0 else { return nil }
        let test = tests + Int(entry)
        let bits = test.pointee.first
        switch test.pointee.kind {
        case .integer:
            return outcomes(records, test, ValueWords.integerTag, Int64(bitPattern: bits)) { $0 }
        case .date:
            return outcomes(records, test, ValueWords.dateTag, Int64(bitPattern: bits)) { $0 }
        case .double:
            return outcomes(records, test, ValueWords.doubleTag, Double(bitPattern: bits)) {
                Double(bitPattern: UInt64(bitPattern: $0))
            }
        default: return nil
        }
    }

    @inline(__always)
    private func outcomes<Number: Comparable>(
        _ records: UnsafeBufferPointer<RawNode>, _ test: UnsafeMutablePointer<PredicateTest>,
        _ tag: UInt8, _ constant: Number, _ number: (Int64) -> Number
    ) -> (passing: UInt32, undecided: UInt32) {
        let offset = RecordRef.offset(ofSlot: Int(test.pointee.slot))
        let accepted = UInt32(test.pointee.accepted.rawValue)
        var passing: UInt32 = 0
        var undecided: UInt32 = 0
        for place in records.indices {
            let value = (records[place] + offset).assumingMemoryBound(to: Value.self)
            let isNumber: UInt32 = ValueWords.tag(value) == tag ? 1 : 0
            let number = number(ValueWords.payload(value))
            // 1, 2 or 4, as the outcomes are numbered.
            let outcome: UInt32 = number < constant ? 1 : number == constant ? 2 : 4
            let passes: UInt32 = accepted & outcome == 0 ? 0 : 1
            passing |= (passes & isNumber) << UInt32(place)
            undecided |= (isNumber ^ 1) << UInt32(place)
        }
        return (passing, undecided)
    }
}
