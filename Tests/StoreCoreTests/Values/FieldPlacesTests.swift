import StoreTesting
import Testing

@testable import StoreCore

@Suite struct `Fields that are set one by one` {
    enum Work: CaseIterable { case setting, overwriting, exactly, modifying, counting }

    /// How many names are looked at to work on `count` fields.
    private static func looked(_ work: Work, _ count: Int) -> Int {
        let names = (0..<count).map { "a name that is long enough \($0)" }
        var fields = Fields()
        // Made at once: nothing is known about where they stand.
        if work != .setting, work != .exactly {
            fields = Fields(unique: names.map { Fields.Entry(name: $0, value: 0) })
        }
        for (index, name) in names.enumerated() {
            switch work {
            case .setting, .overwriting: fields[name] = .integer(Int64(index))
            case .exactly: fields[exact: name] = .integer(Int64(index))
            case .modifying: fields[name] = [fields[name]]
            case .counting: fields[name] = .integer((fields[name].int64 ?? 0) + 1)
            }
        }
        #expect(fields.count == count)
        return fields.places?.looked ?? 0
    }

    @Test(arguments: Work.allCases) func `take constant work each`(work: Work) {
        let (few, many) = (Self.looked(work, 1_000), Self.looked(work, 10_000))
        #expect(few > 0)
        #expect(many <= few * 13)
    }

    @Test func `are a table only if they are many, and changed often`() {
        var fields = Fields(unique: (0..<16).map { Fields.Entry(name: "\($0)", value: 0) })
        fields["0"] = 1
        #expect(fields.places == nil)
        fields = Fields(unique: (0..<200).map { Fields.Entry(name: "\($0)", value: 0) })
        let bytes = fields.heapBytes
        fields["199"] = 1
        #expect(fields.heapBytes <= bytes + 64)
        for index in 0..<200 { fields["\(index)"] = 2 }
        #expect(fields.heapBytes > bytes + 64)
    }

    /// Every operation against a plain list, with copies that go on beside each other.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `are what a list of them would be`(seed: UInt64) {
        var random = SeededRandom(seed)
        var fields = Fields()
        var list: [(name: String, value: Value)] = []
        var kept: [(Fields, [(name: String, value: Value)])] = []
        for step in 0..<2_000 {
            let name = "name \(random.below(step < 1_000 ? 60 : 25))"
            let place = list.firstIndex { $0.name == name }
            let value = Value.integer(Int64(step))
            switch random.below(12) {
            case 0..<7:
                fields[name] = value
                if let place { list[place].value = value } else { list.append((name, value)) }
            case 7..<9:
                #expect(fields.removeValue(name) == place.map { list[$0].value } ?? .null)
                if let place { list.remove(at: place) }
            case 9: kept.append((fields, list))
            case 10:
                if let last = kept.popLast() { (fields, list) = last }
            default:
                fields.entries.removeAll { $0.name == name }
                list.removeAll { $0.name == name }
            }
            #expect(
                fields[name] == (list.first { $0.name == name }?.value ?? .null), "seed \(seed)")
            #expect(fields.count == list.count, "seed \(seed)")
        }
        for (fields, list) in kept + [(fields, list)] {
            #expect(fields.names == list.map(\.name), "seed \(seed)")
            #expect(fields.map(\.value) == list.map(\.value), "seed \(seed)")
            #expect(list.allSatisfy { fields[$0.name] == $0.value }, "seed \(seed)")
        }
    }

    @Test func `lie in a value beside its tag`() {
        #expect(MemoryLayout<Fields>.size == 16)
        #expect(MemoryLayout<Value>.size == 17)
        #expect(ValueWords.agrees)
    }
}
