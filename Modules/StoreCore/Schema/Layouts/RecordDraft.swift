/// A record on its way into a bucket: values are placed in their slots, and every fault is noted.
struct RecordDraft {
    let layout: Layout
    private let storage: RecordStorage
    private let values: UnsafeMutablePointer<Value>
    private var given: SlotSet
    private var extras: [Fields.Entry] = []
    /// What is to be set inside of fields, once these have their defaults.
    private var paths: [Patch.Edit] = []
    private var heapBytes = 0
    private(set) var issues: [ValidationIssue] = []

    @inline(__always)
    init(layout: Layout) {
        self.layout = layout
        storage = .blank(layout)
        values = storage.values
        given = SlotSet(count: layout.count)
    }

    /// Whether the caller has named the field of this slot, if only with null.
    @inline(__always)
    func isGiven(_ slot: Int) -> Bool { given.contains(slot) }

    /// Takes what the caller has given: each declared field into its slot, the others as extras.
    @inline(__always)
    mutating func take(_ fields: Fields) {
        // In place, since iterating an array copies each name and value.
        fields.entries.withUnsafeBufferPointer { entries in
            guard let first = entries.baseAddress else { return }
            var next = 0
            for place in 0..<entries.count {
                let name = UnsafeRawPointer(first + place).assumingMemoryBound(to: String.self)
                let slot = layout.index(of: name, hint: next)
                if slot >= 0 {
                    next = slot &+ 1
                    given.insert(slot)
                    fill(slot, from: first.advanced(by: place).value)
                } else {
                    takeUndeclared(entries[place])
                }
            }
        }
        if !paths.isEmpty { noteOverlaps(in: fields) }
    }

    /// Puts a value into a slot that has none yet, if the column's rules allow it.
    @inline(__always)
    private mutating func fill(_ slot: Int, from value: UnsafePointer<Value>) {
        if layout.rules[slot].admits(value) {
            place(value, at: slot)
        } else if ValueWords.tag(value) != ValueWords.nullTag {
            admit(value.pointee, at: slot)
        }
    }

    /// Puts a sound value into a slot that has none yet.
    @inline(__always)
    private mutating func place(_ value: UnsafePointer<Value>, at slot: Int) {
        heapBytes &+= Value.heapBytes(at: value)
        (values + slot).initialize(to: value.pointee)
    }

    /// Puts a value that needs a closer look into a slot that has none yet.
    @inline(never)
    private mutating func admit(_ value: Value, at slot: Int) {
        let count = issues.count
        let admitted = layout.checks[slot].admit(value, issues: &issues)
        // A refused value is placed too, so that a required field is not called missing as well;
        // but not measured, since it may be nested without end.
        if issues.count == count { heapBytes &+= admitted.heapBytes }
        (values + slot).initialize(to: admitted)
    }

    @inline(never)
    private mutating func takeUndeclared(_ entry: Fields.Entry) {
        if Layout.isMetadata(entry.name) { return }
        if let path = layout.path(ofUndeclared: entry.name, isExact: entry.isExact) {
            if let edit = layout.pathEdit(path, entry.value, issues: &issues) {
                paths.append(edit)
            }
        } else if layout.isStrict {
            issues.append(.unknown(field: entry.name))
        } else if let flaw = entry.value.flaw() {
            issues.append(flaw.issue(field: entry.name))
        } else if !entry.value.isNull {
            extras.append(entry)
        }
    }

    @inline(never)
    private mutating func noteOverlaps(in fields: Fields) {
        let wholes = fields.entries.filter { entry in
            layout.index(of: entry.name) >= 0
                || layout.path(ofUndeclared: entry.name, isExact: entry.isExact) == nil
        }
        let edits = wholes.map { Patch.Edit(slot: -1, name: $0.name, change: .set(.null)) }
        layout.noteOverlaps(edits + paths, issues: &issues)
    }

    /// Sets what paths lead to inside of what is there by now.
    @inline(never)
    private mutating func applyPaths() {
        var undeclared = Fields()
        for edit in paths {
            if edit.slot < 0 {
                let old = undeclared[edit.name]
                if let new = layout.changed(old, by: edit, issues: &issues) {
                    undeclared[exact: edit.name] = new
                }
            } else if let new = layout.changed(values[edit.slot], by: edit, issues: &issues) {
                heapBytes &+= new.heapBytes &- values[edit.slot].heapBytes
                values[edit.slot] = new
            }
        }
        extras += undeclared.entries
    }

    /// Generates what is missing.
    ///
    /// With faults already found nothing is drawn: the record will be refused anyhow.
    @inline(__always)
    mutating func generate(from context: borrowing GenerationContext) {
        for slot in layout.generatedSlots where !given.contains(slot) {
            if issues.isEmpty {
                fill(slot, with: context.value(for: layout.rules[slot], slot: slot))
            }
        }
    }

    /// Gives defaults to what is missing.
    @inline(__always)
    mutating func applyDefaults() {
        for slot in layout.defaultSlots where !given.contains(slot) {
            switch layout.checks[slot].column.default {
            case .value(let value): fill(slot, with: value)
            case .dynamic(let make): fill(slot, with: make())
            case nil: break
            }
        }
    }

    private mutating func fill(_ slot: Int, with value: Value) {
        withUnsafePointer(to: value) { fill(slot, from: $0) }
    }

    /// Keeps what updates may not change: takes it over where it is missing, objects where it
    /// differs.
    mutating func keepFixed(of existing: RecordStorage) {
        for slot in layout.fixedSlots {
            let old = existing.value(for: slot, of: layout)
            if !given.contains(slot) {
                given.insert(slot)
                withUnsafePointer(to: old) { place($0, at: slot) }
            } else if values[slot] == old {
                // It keeps its spelling: an equal value is ignored.
                heapBytes &+= old.heapBytes &- values[slot].heapBytes
                values[slot] = old
            } else {
                issues.append(.immutable(field: layout.names[slot]))
            }
        }
    }

    /// The record, once nothing required is missing.
    @inline(__always)
    mutating func finish() throws(ValidationError) -> RecordStorage {
        // What was refused may be nested without end: nothing is set inside of it, nor measured.
        if !paths.isEmpty, issues.isEmpty { applyPaths() }
        for slot in layout.requiredSlots
        where ValueWords.tag(values + slot) == ValueWords.nullTag { noteMissing(slot) }
        if !issues.isEmpty { throw refusal() }
        guard extras.isEmpty else { return finishWithExtras() }
        storage.head.pointee.byteCount = UInt32(
            clamping: Int(storage.head.pointee.byteCount) &+ heapBytes)
        return storage
    }

    private mutating func noteMissing(_ slot: Int) {
        // What generation has passed over because of other faults is not missing.
        if layout.rules[slot].generated != nil, !given.contains(slot), !issues.isEmpty { return }
        issues.append(.required(field: layout.names[slot]))
    }

    @inline(never)
    private func refusal() -> ValidationError {
        let key = storage.key
        let isKeyed = layout.keySlots.allSatisfy { !values[$0].isNull }
        return ValidationError(bucket: layout.bucket, key: isKeyed ? key : nil, issues: issues)
    }

    @inline(never)
    private func finishWithExtras() -> RecordStorage {
        let (values, count) = (values, layout.count)
        let whole = RecordStorage.make(layout: layout, extras: Fields(unique: extras)) { target in
            target.moveInitialize(from: values, count: count)
            for slot in 0..<count { (values + slot).initialize(to: .null) }
        }
        whole.measure()
        return whole
    }
}

extension UnsafePointer<Fields.Entry> {
    /// Where the value stands, behind the name.
    @inline(__always)
    fileprivate var value: UnsafePointer<Value> {
        (UnsafeRawPointer(self) + MemoryLayout<String>.stride).assumingMemoryBound(to: Value.self)
    }
}

extension ValidationIssue {
    /// The issue of a required field without a value.
    static func required(field: String) -> ValidationIssue {
        ValidationIssue(field: field, code: .required, message: "Field is required")
    }

    /// The issue of an update that would change what updates may not change.
    static func immutable(field: String) -> ValidationIssue {
        let message =
            "A key or generated field keeps its value; leave it out, or insert another record"
        return ValidationIssue(field: field, code: .immutable, message: message)
    }
}
