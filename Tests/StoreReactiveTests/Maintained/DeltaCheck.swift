import StoreReactive

/// Holds a delta against the two lists that it leads between.
struct DeltaCheck {
    let delta: ListDelta
    let old: [Shown]
    let new: [Shown]

    /// What is wrong with the delta; nil if it says exactly what has changed.
    func fault() -> String? {
        let removed = delta.removed
        let (inserted, moved, updated) = (delta.inserted, delta.moved, delta.updated)
        guard isAscending(removed, old), isAscending(inserted, new), isAscending(updated, new),
            isAscending(moved.map(\.to), new), moved.allSatisfy({ old.indices.contains($0.from) }),
            old.count - removed.count + inserted.count == new.count
        else { return "is not made of indices" }
        let leaving = Set(removed + moved.map(\.from))
        guard leaving.count == removed.count + moved.count else { return "takes away twice" }
        var sources: [Int?] = Array(repeating: nil, count: new.count)
        for move in moved { sources[move.to] = move.from }
        var staying = old.indices.filter { !leaving.contains($0) }.makeIterator()
        let (come, went) = (Set(inserted), Set(removed.map { old[$0].identity }))
        for index in new.indices where !come.contains(index) && sources[index] == nil {
            sources[index] = staying.next()
        }
        for index in new.indices {
            if let fault = fault(of: index, from: sources[index], come.contains(index)) {
                return "\(fault) at \(index)"
            }
        }
        if new.contains(where: { went.contains($0.identity) }) { return "removes what is there" }
        let made = delta.apply(to: old, from: new)
        return made.map(\.equated) == new.map(\.equated) ? nil : "is applied otherwise"
    }

    private func fault(of index: Int, from source: Int?, _ hasCome: Bool) -> String? {
        if hasCome {
            let isKnown = old.contains { $0.identity == new[index].identity }
            return source != nil
                ? "moves what is inserted" : isKnown ? "inserts what was there" : nil
        }
        guard let source else { return "has nothing" }
        if old[source].identity != new[index].identity { return "has another" }
        let isUpdated = delta.updated.contains(index)
        if !isUpdated, old[source].equated != new[index].equated {
            return "says nothing of an update"
        }
        if isUpdated, old[source].equated == new[index].equated {
            return "updates what is the same"
        }
        return nil
    }

    private func isAscending(_ indices: [Int], _ list: [Shown]) -> Bool {
        indices.allSatisfy(list.indices.contains) && zip(indices, indices.dropFirst()).allSatisfy(<)
    }
}
