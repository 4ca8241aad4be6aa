import StoreCore

extension ModelCommit {
    private static func key(_ reference: ModelReference, _ record: ModelRecord?) -> ModelKey? {
        (record?.fields[reference.field]).map { ModelKey(bucket: 0, key: Key($0)) }
    }

    /// Whether the commit takes a record away and leaves none under its key that anybody sees.
    private func isGone(_ entry: Entry) -> Bool {
        entry.key.bucket == 0 && entry.base != nil && entry.new == nil
            && current(entry.key) == nil
    }

    /// Whether the commit takes an overdue record away and another one has its key.
    private func isReplaced(_ entry: Entry) -> Bool {
        entry.key.bucket == 0 && entry.base != nil && entry.new == nil && entry.isSealed
            && current(entry.key) != nil
    }

    /// Deletes, or sets to null, what refers to records that are gone, until nothing more is added.
    mutating func followReferences() throws(ModelFailure) {
        let references = shape.references.filter { $0.action != .restrict }
        let known = references.map(storedReferrers)
        var start: Int
        repeat {
            start = revision
            var place = 0
            while place < entries.count {
                let entry = entries[place]
                place += 1
                guard !references.isEmpty, isGone(entry) || isReplaced(entry) else { continue }
                for (reference, known) in zip(references, known) {
                    let all = referrers(
                        to: entry.key, reference, known[entry.key] ?? [],
                        besidesNew: !isReplaced(entry))
                    for key in all {
                        if reference.action == .cascade {
                            set(key, nil)
                        } else {
                            try change(key, version: nil) { $0.fields[reference.field] = nil }
                        }
                    }
                }
            }
        } while revision > start
    }

    /// The records of the state before that referred to something, by what.
    private func storedReferrers(_ reference: ModelReference) -> [ModelKey: [ModelKey]] {
        var referrers: [ModelKey: [ModelKey]] = [:]
        for key in stored(reference.bucket) {
            guard let target = Self.key(reference, before[key]) else { continue }
            referrers[target, default: []].append(key)
        }
        return referrers
    }

    /// What is seen and refers to a key: first what referred to it before, then what the commit has brought.
    private func referrers(
        to target: ModelKey, _ reference: ModelReference, _ known: [ModelKey],
        besidesNew: Bool = true
    ) -> [ModelKey] {
        func refers(_ key: ModelKey) -> Bool { Self.key(reference, current(key)) == target }
        func wasKnown(_ key: ModelKey) -> Bool {
            !isTouched(key) || place(key).map { entries[$0].base != nil } ?? false
        }
        let old = known.filter { wasKnown($0) && refers($0) }
        guard besidesNew else { return old }
        let new = entries.filter {
            $0.key.bucket == reference.bucket && Self.key(reference, $0.new) == target
                && Self.key(reference, $0.base) != target && refers($0.key)
        }
        return old + new.map(\.key)
    }

    /// What is seen and new must lead to what is seen, and nothing that is seen to what is gone.
    func checkReferences() throws(ModelFailure) {
        if shape.references.contains(where: { $0.action == .restrict }) {
            for entry in entries where entry.key.bucket == 0 {
                // What others may keep does not go by itself.
                if let new = entry.new, new.deadline != .max, new.deadline != entry.base?.deadline {
                    throw .reference
                }
            }
        }
        for reference in shape.references {
            for entry in entries where entry.key.bucket == reference.bucket {
                guard let new = entry.new, !isOverdue(new),
                    let target = Self.key(reference, new),
                    target != Self.key(reference, entry.base)
                else { continue }
                if current(target) == nil { throw .reference }
            }
            let known = storedReferrers(reference)
            for entry in entries where isGone(entry) {
                let left = referrers(to: entry.key, reference, known[entry.key] ?? [])
                if !left.isEmpty { throw .reference }
            }
        }
    }
}
