import StoreCore
import StoreReactive

/// Judges what one watcher was shown by the history of the run; nothing of the store's takes part.
///
/// Each delivery is what the query says at its position and instant, positions never go back, the last delivery is what
/// the query said in the end, and none begins after `cancel`. Whoever is shown every commit has missed none.
struct LiveCheck {
    let history: LiveHistory
    let watched: LiveWatched

    private var shape: LiveShape { watched.shape }

    var violations: [LiveViolation] {
        let deliveries = watched.deliveries.filter { !$0.isAfterCancel }
        var found = watched.deliveries.filter(\.isAfterCancel).map(LiveViolation.afterCancel)
        for (last, delivery) in zip(deliveries, deliveries.dropFirst())
        where delivery.position < last.position {
            found.append(.wentBack(delivery, from: last.position))
        }
        found += deliveries.compactMap(fault)
        if watched.coalescing == .everyCommit {
            for (number, delivery) in deliveries.enumerated() {
                let next = number + 1 < deliveries.count ? deliveries[number + 1] : nil
                found += lost(after: delivery, before: next)
            }
        }
        let expected = shape.run(history.state(at: history.end.position), at: history.end.instant)
        if deliveries.last?.value != expected {
            found.append(.unfinished(deliveries.last, expected: expected))
        }
        return found
    }

    // MARK: One delivery

    /// What is wrong with a delivery by itself; where it is wrong, what might have been read instead.
    private func fault(_ delivery: LiveDelivery) -> LiveViolation? {
        let index = history.index(of: delivery.position)
        let (now, instant) = (history.entries[index], delivery.instant)
        let expected = shape.run(now.state, at: instant)
        if delivery.value == expected { return nil }
        let earlier = history.entries[..<index].reversed()
        if let old = earlier.first(where: { shape.run($0.state, at: instant) == delivery.value }) {
            return .stale(delivery, shown: old.position, expected: expected)
        }
        for old in earlier {
            for (a, b) in [(now, old), (old, now)]
            where shape.run(LiveState(a: a.state, b: b.state), at: instant) == delivery.value {
                return .torn(delivery, a: a.position, b: b.position, expected: expected)
            }
        }
        return .wrong(delivery, expected: expected)
    }

    // MARK: Every commit

    /// The commits between two deliveries that have changed what the query says.
    ///
    /// A query is run again because something is committed, not because something expires: a commit counts if the query
    /// says something else after it at whatever instant between the two it was run.
    private func lost(
        after delivery: LiveDelivery, before next: LiveDelivery?
    ) -> [LiveViolation] {
        let position = next?.position ?? history.end.position.next
        let instants = (delivery.instant, next?.instant ?? history.end.instant)
        return history.entries.compactMap { entry in
            guard entry.position > delivery.position, entry.position < position else { return nil }
            let deadlines = entry.state.deadlines.filter { $0 > instants.0 && $0 < instants.1 }
            let says = ([instants.0, instants.1] + deadlines).map { shape.run(entry.state, at: $0) }
            if says.contains(delivery.value) { return nil }
            return .lost(entry.position, expected: says[0], before: delivery.value)
        }
    }
}
