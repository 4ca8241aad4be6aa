/// A record on its way into a bucket: values are placed in their slots, and every fault is noted.
struct RecordDraft {
    let layout: Layout
    private let storage: RecordStorage
    private let values: UnsafeMutablePointer<Value>
    private var given: SlotSet
    private var extras: [Fields.Entry] = []
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
        var next = 0
        for entry in fields.entries {
            let slot = layout.index(of: entry.name, hint: next)
            if slot >= 0 {
                next = slot &+ 1
                given.insert(slot)
                if layout.rules[slot].admits(entry.value) {
                    place(entry.value, at: slot)
                } else if !entry.value.isNull {
                    admit(entry.value, at: slot)
                }
            } else {
                takeUndeclared(entry)
            }
        }
    }

    /// Puts a sound value into a slot that has none yet.
    @inline(__always)
    mutating func place(_ value: Value, at slot: Int) {
        heapBytes &+= value.heapBytes
        (values + slot).initialize(to: value)
    }

    /// Puts a value into a slot that has none yet, if the column's rules allow it.
    @inline(never)
    mutating func admit(_ value: Value, at slot: Int) {
        let count = issues.count
        let admitted = layout.columns[slot].admit(value, field: layout.names[slot], issues: &issues)
        // A refused value is placed too, so that a required field is not called missing as well;
        // but not measured, since it may be nested without end.
        if issues.count == count { heapBytes &+= admitted.heapBytes }
        (values + slot).initialize(to: admitted)
    }

    @inline(never)
    private mutating func takeUndeclared(_ entry: Fields.Entry) {
        if Layout.isMetadata(entry.name) { return }
        if layout.isStrict {
            let message = "The bucket is strict and has no such field; declare it, or leave it out"
            issues.append(ValidationIssue(field: entry.name, code: .unknownField, message: message))
        } else if let flaw = entry.value.flaw() {
            issues.append(flaw.issue(field: entry.name))
        } else if !entry.value.isNull {
            extras.append(entry)
        }
    }

    /// Generates what is missing.
    ///
    /// With faults already found nothing is drawn: the record will be refused anyhow.
    @inline(__always)
    mutating func generate(from context: borrowing GenerationContext) {
        for slot in layout.generatedSlots where !given.contains(slot) {
            given.insert(slot)
            if issues.isEmpty {
                fill(slot, with: context.value(for: layout.columns[slot], slot: slot))
            }
        }
    }

    /// Gives defaults to what is missing.
    @inline(__always)
    mutating func applyDefaults() {
        for slot in layout.defaultSlots where !given.contains(slot) {
            switch layout.columns[slot].default {
            case .value(let value): place(value, at: slot)
            case .dynamic(let make): fill(slot, with: make())
            case nil: break
            }
        }
    }

    private mutating func fill(_ slot: Int, with value: Value) {
        if layout.rules[slot].admits(value) {
            place(value, at: slot)
        } else if !value.isNull {
            admit(value, at: slot)
        }
    }

    /// Keeps what updates may not change: takes it over where it is missing, objects where it
    /// differs.
    mutating func keepFixed(of existing: RecordStorage) {
        for slot in layout.fixedSlots {
            let old = existing.value(for: slot, of: layout)
            if !given.contains(slot) {
                given.insert(slot)
                place(old, at: slot)
            } else if values[slot] != old {
                issues.append(.immutable(field: layout.names[slot]))
            }
        }
    }

    /// The record, once nothing required is missing.
    @inline(__always)
    mutating func finish() throws(ValidationError) -> RecordStorage {
        for slot in layout.requiredSlots where values[slot].isNull {
            noteMissing(slot)
        }
        if !issues.isEmpty { throw refusal() }
        guard extras.isEmpty else { return finishWithExtras() }
        storage.header.byteCount = UInt32(clamping: Int(storage.header.byteCount) &+ heapBytes)
        return storage
    }

    private mutating func noteMissing(_ slot: Int) {
        // What generation has passed over because of other faults is not missing.
        if layout.columns[slot].generated != nil, given.contains(slot), !issues.isEmpty { return }
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
