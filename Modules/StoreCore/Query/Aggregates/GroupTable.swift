/// The groups of a query's records while they are being gathered.
///
/// A hash table by open addressing. Where all fields grouped by are columns, records are hashed and
/// compared in place, each with the first record of a group: nothing is copied or counted.
///
/// Valid while something keeps the records alive.
struct GroupTable {
    /// What is to be worked out for each group: where the values are, and where the result goes.
    private enum Task {
        case sum(slot: Int, FieldOperand, at: Int)
        case extreme(slot: Int, FieldOperand, at: Int, isLeast: Bool)
    }

    let aggregates: [Aggregate]
    private let columns: Int
    private let seed: SeededHash
    private let keys: [FieldOperand]
    /// The columns grouped by, if all of `keys` are columns.
    private let keySlots: [Int]?
    private var tasks: [Task] = []
    /// Sums and extremes of each group.
    private(set) var sumsPerGroup = 0
    private(set) var extremesPerGroup = 0

    /// Numbers of groups, or -1, at the places that their hashes ask for; a power of two.
    private var places = [Int32](repeating: -1, count: 64)
    private var hashes: [UInt64] = []
    private var firsts: [RecordRef] = []
    /// The values grouped by, if they are not all columns.
    private var values: [[Value]] = []
    private(set) var counts: [Int] = []
    private(set) var sums: [ExactSum] = []
    private(set) var extremes: [Value] = []

    init(
        _ fields: [String], _ aggregates: [Aggregate], in view: BucketView
    ) throws(QueryError) {
        let layout = view.layout
        self.aggregates = aggregates
        seed = view.seed
        columns = layout.count
        var keys: [FieldOperand] = []
        for field in fields { keys.append(try FieldOperand(.reading(field), in: layout)) }
        self.keys = keys
        let slots = keys.compactMap(\.slot)
        keySlots = slots.count == keys.count ? slots : nil
        for aggregate in aggregates {
            guard let field = aggregate.field else { continue }
            let operand = try FieldOperand(.reading(field), in: layout)
            let slot = operand.slot ?? -1
            switch aggregate.kind {
            case .count: continue
            case .sum, .avg:
                tasks.append(.sum(slot: slot, operand, at: sumsPerGroup))
                sumsPerGroup += 1
            case .min, .max:
                tasks.append(
                    .extreme(
                        slot: slot, operand, at: extremesPerGroup,
                        isLeast: aggregate.kind == .min))
                extremesPerGroup += 1
            }
        }
    }

    /// The column that is read first of every record.
    var firstSlot: Int? { keySlots?.first }

    /// Whether nothing but the number of records is asked for.
    var isCountOnly: Bool { tasks.isEmpty }

    /// Adds a record.
    @inline(__always)
    mutating func add(_ record: RecordRef) {
        let group = group(of: record)
        counts[group] &+= 1
        for task in tasks {
            switch task {
            case .sum(let slot, let operand, let place):
                let place = group &* sumsPerGroup &+ place
                if slot >= 0 {
                    sums[place].add(record.values + slot)
                } else {
                    sums[place].add(operand.value(in: record, columns: columns))
                }
            case .extreme(let slot, let operand, let place, let isLeast):
                let place = group &* extremesPerGroup &+ place
                if slot >= 0 {
                    note(record.values + slot, place, isLeast)
                } else {
                    var value = operand.value(in: record, columns: columns)
                    withUnsafeMutablePointer(to: &value) { note($0, place, isLeast) }
                }
            }
        }
    }

    /// Adds `count` records of one group, of which `record` is one, where only counts are asked
    /// for.
    mutating func add(_ count: Int, like record: RecordRef) {
        counts[group(of: record)] += count
    }

    /// Keeps a value that is less, or greater, than the one known.
    @inline(__always)
    private mutating func note(
        _ value: UnsafeMutablePointer<Value>, _ place: Int, _ isLeast: Bool
    ) {
        guard ValueWords.tag(value) != ValueWords.nullTag else { return }
        let isBetter = extremes.withUnsafeBufferPointer { extremes in
            let known = extremes.baseAddress.unsafelyUnwrapped + place
            guard ValueWords.tag(known) != ValueWords.nullTag else { return true }
            let order = Value.compare(value, known)
            return isLeast ? order < 0 : order > 0
        }
        if isBetter { extremes[place] = value.pointee }
    }

    /// The values that a group's records are equal in.
    func key(_ group: Int) -> [Value] {
        keySlots?.map { firsts[group].values[$0] } ?? values[group]
    }

    // MARK: Finding groups

    @inline(__always)
    private mutating func group(of record: RecordRef) -> Int {
        guard let keySlots else { return groupByValues(of: record) }
        var hash: UInt64 = 0
        for slot in keySlots {
            hash = (hash ^ seed.hash(inPlace: record.values + slot)) &* 0x9E37_79B9_7F4A_7C15
        }
        let mask = places.count &- 1
        var place = Int(truncatingIfNeeded: hash >> 32) & mask
        while true {
            let group = Int(places[place])
            if group < 0 { break }
            if hashes[group] == hash, isEqual(record, firsts[group], keySlots) { return group }
            place = (place &+ 1) & mask
        }
        return open(place, hash, record)
    }

    @inline(__always)
    private func isEqual(_ one: RecordRef, _ other: RecordRef, _ slots: [Int]) -> Bool {
        for slot in slots where !Value.isEqual(one.values + slot, other.values + slot) {
            return false
        }
        return true
    }

    @inline(never)
    private mutating func groupByValues(of record: RecordRef) -> Int {
        let key = keys.map { $0.value(in: record, columns: columns) }
        var hash: UInt64 = 0
        for value in key { hash = (hash ^ seed.hash(value)) &* 0x9E37_79B9_7F4A_7C15 }
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash >> 32) & mask
        while places[place] >= 0 {
            let group = Int(places[place])
            if hashes[group] == hash, values[group] == key { return group }
            place = (place + 1) & mask
        }
        values.append(key)
        return open(place, hash, record)
    }

    /// Makes a new group with `record` as its first.
    @inline(never)
    private mutating func open(_ place: Int, _ hash: UInt64, _ record: RecordRef) -> Int {
        let group = counts.count
        places[place] = Int32(group)
        hashes.append(hash)
        firsts.append(record)
        counts.append(0)
        sums.append(contentsOf: repeatElement(ExactSum(), count: sumsPerGroup))
        extremes.append(contentsOf: repeatElement(.null, count: extremesPerGroup))
        if counts.count * 2 > places.count { grow() }
        return group
    }

    private mutating func grow() {
        places = [Int32](repeating: -1, count: places.count * 4)
        let mask = places.count - 1
        for group in hashes.indices {
            var place = Int(truncatingIfNeeded: hashes[group] >> 32) & mask
            while places[place] >= 0 { place = (place + 1) & mask }
            places[place] = Int32(group)
        }
    }
}
