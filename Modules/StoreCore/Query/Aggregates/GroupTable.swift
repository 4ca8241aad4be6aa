/// The groups of a query's records while they are being gathered.
///
/// A hash table by open addressing. Where all fields grouped by are columns, records are hashed and
/// compared in place, each with the first record of a group. Everything stands in plain memory:
/// with arrays, counting their references up and down for every record costs more than all else.
///
/// Valid while something keeps the records alive.
struct GroupTable: ~Copyable {
    /// What is to be worked out for each group: where the values are, and where the result goes.
    private struct Task {
        enum Kind { case sum, least, greatest }

        let kind: Kind
        /// The column, or -1 if the values have to be led to by `operand`.
        let slot: Int
        let operand: Int
        /// Whether equal values may look different: then the row of an extreme counts.
        let hasSpellings: Bool
        /// The place among a group's sums, or among its extremes.
        let place: Int
    }

    private struct Entry {
        let hash: UInt64
        /// One of its records: that in the lowest row, where equal values may look different.
        var first: RecordRef
        var count: Int
    }

    let aggregates: [Aggregate]
    private let columns: Int
    private let seed: SeededHash
    private let keys: [FieldOperand]
    /// The columns grouped by, if all of `keys` are columns.
    private let slots: UnsafeMutableBufferPointer<Int>
    private let isByColumns: Bool
    /// Whether records of one group may differ in how the values look that they are grouped by.
    private let hasSpellings: Bool
    private let tasks: UnsafeMutableBufferPointer<Task>
    private let operands: [FieldOperand]
    /// What the sums of a group begin with.
    private let emptySums: [ExactSum]
    let sumsPerGroup: Int
    let extremesPerGroup: Int

    /// Numbers of groups, or -1, at the places that their hashes ask for; a power of two.
    private var places: UnsafeMutableBufferPointer<Int32>
    /// Groups that there is room for.
    private var room = 32
    private(set) var count = 0
    private var entries: UnsafeMutablePointer<Entry>
    private var sums: UnsafeMutablePointer<ExactSum>
    private var extremes: UnsafeMutablePointer<Value>
    /// The rows of the extremes, for those that need them.
    private var extremeRows: UnsafeMutablePointer<RowID>
    /// The values grouped by, if they are not all columns.
    private var values: [[Value]] = []

    init(
        _ fields: [String], _ aggregates: [Aggregate], in view: BucketView
    ) throws(QueryError) {
        let layout = view.layout
        var keys: [FieldOperand] = []
        for field in fields { keys.append(try FieldOperand(.reading(field), in: layout)) }
        var tasks: [Task] = []
        var operands: [FieldOperand] = []
        var (sums, extremes) = (0, 0)
        var emptySums: [ExactSum] = []
        for aggregate in aggregates {
            guard let field = aggregate.field else { continue }
            let operand = try FieldOperand(.reading(field), in: layout)
            let isSum = aggregate.kind == .sum || aggregate.kind == .avg
            tasks.append(
                Task(
                    kind: isSum ? .sum : aggregate.kind == .min ? .least : .greatest,
                    slot: operand.slot ?? -1, operand: operands.count,
                    hasSpellings: operand.hasSpellings(in: layout),
                    place: isSum ? sums : extremes))
            operands.append(operand)
            if isSum { emptySums.append(operand.emptySum(in: layout)) }
            if isSum { sums += 1 } else { extremes += 1 }
        }
        self.aggregates = aggregates
        columns = layout.count
        seed = view.seed
        self.keys = keys
        hasSpellings = keys.contains { $0.hasSpellings(in: layout) }
        self.operands = operands
        self.emptySums = emptySums
        sumsPerGroup = sums
        extremesPerGroup = extremes
        let keySlots = keys.compactMap(\.slot)
        isByColumns = keySlots.count == keys.count
        slots = .allocate(capacity: keySlots.count)
        _ = slots.initialize(from: keySlots)
        self.tasks = .allocate(capacity: tasks.count)
        _ = self.tasks.initialize(from: tasks)
        places = .allocate(capacity: 2 * room)
        places.initialize(repeating: -1)
        entries = .allocate(capacity: room)
        self.sums = .allocate(capacity: room * sums)
        self.extremes = .allocate(capacity: room * extremes)
        extremeRows = .allocate(capacity: room * extremes)
    }

    deinit {
        slots.deallocate()
        tasks.deallocate()
        places.deallocate()
        entries.deallocate()
        sums.deinitialize(count: count * sumsPerGroup)
        sums.deallocate()
        extremes.deinitialize(count: count * extremesPerGroup)
        extremes.deallocate()
        extremeRows.deallocate()
    }

    /// The column that is read first of every record.
    var firstSlot: Int? { isByColumns ? slots.first : nil }

    /// Adds a record.
    @inline(__always)
    mutating func add(_ record: RecordRef) {
        let group = group(of: record)
        entries[group].count &+= 1
        if tasks.count > FieldSearches.plainMax { return addWithSearches(record, group) }
        for number in 0..<tasks.count {
            let task = tasks[number]
            if task.slot >= 0 {
                add(record.values + task.slot, task, group, record)
            } else {
                var value = operands[task.operand].value(in: record, columns: columns)
                withUnsafeMutablePointer(to: &value) { add($0, task, group, record) }
            }
        }
    }

    /// The same for many values, which are searched for together.
    @inline(never)
    private func addWithSearches(_ record: RecordRef, _ group: Int) {
        var searches = FieldSearches(tasks.count)
        for task in tasks {
            var value = operands[task.operand].value(in: record, columns: columns, &searches)
            withUnsafeMutablePointer(to: &value) { add($0, task, group, record) }
        }
    }

    /// Adds `count` records of one group, of which `record` is one, where only counts are asked
    /// for.
    mutating func add(_ count: Int, like record: RecordRef) {
        let group = group(of: record)
        entries[group].count += count
    }

    @inline(__always)
    private func add(
        _ value: UnsafeMutablePointer<Value>, _ task: Task, _ group: Int, _ record: RecordRef
    ) {
        if task.kind == .sum {
            sums[group &* sumsPerGroup &+ task.place].add(value)
            return
        }
        guard ValueWords.tag(value) != ValueWords.nullTag else { return }
        let place = group &* extremesPerGroup &+ task.place
        let known = extremes + place
        if ValueWords.tag(known) != ValueWords.nullTag {
            let order = Value.compare(value, known)
            if order == 0 {
                guard task.hasSpellings, record.row < extremeRows[place] else { return }
            } else {
                guard (order < 0) == (task.kind == .least) else { return }
            }
        }
        known.pointee = value.pointee
        if task.hasSpellings { extremeRows[place] = record.row }
    }

    // MARK: Groups

    /// The values that a group's records are equal in.
    func key(_ group: Int) -> [Value] {
        isByColumns ? slots.map { entries[group].first.values[$0] } : values[group]
    }

    /// The number of records in a group.
    func count(_ group: Int) -> Int { entries[group].count }

    /// The sums of all groups, those of a group together.
    var allSums: [ExactSum] {
        Array(UnsafeBufferPointer(start: sums, count: count * sumsPerGroup))
    }

    /// The extremes of all groups, those of a group together.
    var allExtremes: [Value] {
        Array(UnsafeBufferPointer(start: extremes, count: count * extremesPerGroup))
    }

    @inline(__always)
    private mutating func group(of record: RecordRef) -> Int {
        guard isByColumns else { return groupByValues(of: record) }
        var hash: UInt64 = 0
        for number in 0..<slots.count {
            hash = mix(hash, seed.hash(inPlace: record.values + slots[number]))
        }
        var place = home(of: hash)
        while places[place] >= 0 {
            let group = Int(places[place])
            if entries[group].hash == hash, isEqual(record, entries[group].first) {
                if hasSpellings, record.row < entries[group].first.row {
                    entries[group].first = record
                }
                return group
            }
            place = next(place)
        }
        return open(place, hash, record)
    }

    @inline(__always)
    private func mix(_ hash: UInt64, _ more: UInt64) -> UInt64 {
        (hash ^ more) &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    private func home(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 32) & (places.count &- 1)
    }

    @inline(__always)
    private func next(_ place: Int) -> Int { (place &+ 1) & (places.count &- 1) }

    @inline(__always)
    private func isEqual(_ one: RecordRef, _ other: RecordRef) -> Bool {
        for number in 0..<slots.count {
            let slot = slots[number]
            if !Value.isEqual(one.values + slot, other.values + slot) { return false }
        }
        return true
    }

    @inline(never)
    private mutating func groupByValues(of record: RecordRef) -> Int {
        var key: [Value] = []
        var hash: UInt64 = 0
        var searches = FieldSearches(keys.count)
        for operand in keys {
            let value = operand.value(in: record, columns: columns, &searches)
            hash = mix(hash, seed.hash(value))
            key.append(value)
        }
        var place = home(of: hash)
        while places[place] >= 0 {
            let group = Int(places[place])
            if entries[group].hash == hash, values[group] == key {
                if hasSpellings, record.row < entries[group].first.row {
                    entries[group].first = record
                    values[group] = key
                }
                return group
            }
            place = next(place)
        }
        values.append(key)
        return open(place, hash, record)
    }

    /// Makes a new group with `record` as its first.
    @inline(never)
    private mutating func open(_ place: Int, _ hash: UInt64, _ record: RecordRef) -> Int {
        let group = count
        var place = place
        if group == room {
            grow()
            place = home(of: hash)
            while places[place] >= 0 { place = next(place) }
        }
        places[place] = Int32(group)
        (entries + group).initialize(to: Entry(hash: hash, first: record, count: 0))
        for place in 0..<sumsPerGroup {
            (sums + group * sumsPerGroup + place).initialize(to: emptySums[place])
        }
        (extremes + group * extremesPerGroup).initialize(
            repeating: .null, count: extremesPerGroup)
        (extremeRows + group * extremesPerGroup).initialize(repeating: 0, count: extremesPerGroup)
        count += 1
        return group
    }

    private mutating func grow() {
        room *= 4
        entries = GroupTable.moved(entries, count, to: room)
        sums = GroupTable.moved(sums, count * sumsPerGroup, to: room * sumsPerGroup)
        extremes = GroupTable.moved(
            extremes, count * extremesPerGroup, to: room * extremesPerGroup)
        extremeRows = GroupTable.moved(
            extremeRows, count * extremesPerGroup, to: room * extremesPerGroup)
        places.deallocate()
        places = .allocate(capacity: 2 * room)
        places.initialize(repeating: -1)
        for group in 0..<count {
            var place = home(of: entries[group].hash)
            while places[place] >= 0 { place = next(place) }
            places[place] = Int32(group)
        }
    }

    private static func moved<T>(
        _ memory: UnsafeMutablePointer<T>, _ count: Int, to room: Int
    ) -> UnsafeMutablePointer<T> {
        let larger = UnsafeMutablePointer<T>.allocate(capacity: room)
        larger.moveInitialize(from: memory, count: count)
        memory.deallocate()
        return larger
    }
}
