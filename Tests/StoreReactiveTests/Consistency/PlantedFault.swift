import StoreCore
import StoreReactive

/// Something wrong that is put into what a watcher was really shown.
enum PlantedFault: CaseIterable, Sendable {
    case lostWakeUp
    case lostLastWakeUp
    case reordering
    case tornRead
    case staleWindow
    case deliveryAfterCancel

    /// A watcher with a fault, and whether a violation is that one.
    struct Plant: Sendable {
        let watched: LiveWatched
        let isIt: @Sendable (LiveViolation) -> Bool
    }

    /// Whether it can be told from a run as it should be, with this rate.
    ///
    /// Only those who are shown every commit can miss one that others follow.
    func concerns(_ coalescing: Coalescing) -> Bool {
        self != .lostWakeUp || coalescing == .everyCommit
    }

    /// The fault at each place where it makes a difference.
    func plants(in watched: LiveWatched, _ history: LiveHistory) -> [Plant] {
        guard concerns(watched.coalescing), let last = watched.deliveries.last else { return [] }
        switch self {
        case .lostWakeUp: return lost(watched)
        case .lostLastWakeUp:
            guard watched.deliveries.dropLast().last.map({ $0.value != last.value }) ?? true
            else { return [] }
            return [
                plant(in: watched) {
                    $0.removeLast()
                } isIt: {
                    guard case .unfinished(_, let expected) = $0 else { return false }
                    return expected == last.value
                }
            ]
        case .reordering: return reordered(watched)
        case .tornRead: return torn(watched, history)
        case .staleWindow: return stale(watched, history)
        case .deliveryAfterCancel:
            // Right but for its time.
            guard let entry = history.entries.last else { return [] }
            let late = LiveDelivery(
                value: watched.shape.run(entry.state, at: history.end.instant),
                position: entry.position, instant: history.end.instant, isAfterCancel: true)
            return [
                plant(in: watched) {
                    $0.append(late)
                } isIt: {
                    guard case .afterCancel(let found) = $0 else { return false }
                    return found.position == late.position
                }
            ]
        }
    }

    private func plant(
        in watched: LiveWatched, _ change: (inout [LiveDelivery]) -> Void,
        isIt: @escaping @Sendable (LiveViolation) -> Bool
    ) -> Plant {
        var watched = watched
        change(&watched.deliveries)
        return Plant(watched: watched, isIt: isIt)
    }

    // MARK: Places

    /// Without a delivery between two others, while the clock stands still: nothing else explains why it is not there.
    private func lost(_ watched: LiveWatched) -> [Plant] {
        let all = watched.deliveries
        return all.indices.dropFirst().dropLast().compactMap { index in
            let (before, one, after) = (all[index - 1], all[index], all[index + 1])
            guard before.value != one.value, before.instant == after.instant else { return nil }
            return plant(in: watched) {
                $0.remove(at: index)
            } isIt: {
                guard case .lost(let position, let expected, _) = $0 else { return false }
                return position == one.position && expected == one.value
            }
        }
    }

    /// With two neighbours the wrong way round.
    private func reordered(_ watched: LiveWatched) -> [Plant] {
        let all = watched.deliveries
        return all.indices.dropFirst().compactMap { index in
            let (one, other) = (all[index - 1], all[index])
            guard one.position < other.position else { return nil }
            return plant(in: watched) {
                $0.swapAt(index - 1, index)
            } isIt: {
                guard case .wentBack(let found, let from) = $0 else { return false }
                return found.position == one.position && from == other.position
            }
        }
    }

    /// With a delivery at a commit that moves something, of one bucket after and the other one before it.
    private func torn(_ watched: LiveWatched, _ history: LiveHistory) -> [Plant] {
        let moves = history.entries.indices.dropFirst().filter { history.entries[$0].isMove }
        return moves.flatMap { index -> [Plant] in
            let (old, new) = (history.entries[index - 1], history.entries[index])
            guard let place = watched.deliveries.lastIndex(where: { $0.position <= new.position })
            else { return [] }
            let instant = watched.deliveries[place].instant
            let states = history.entries[...index].map { watched.shape.run($0.state, at: instant) }
            return [(old, new), (new, old)].compactMap { a, b in
                let state = LiveState(a: a.state, b: b.state)
                let value = watched.shape.run(state, at: instant)
                // What a whole state says too is not torn.
                if states.contains(value) { return nil }
                let torn = LiveDelivery(value: value, position: new.position, instant: instant)
                return plant(in: watched) {
                    $0.insert(torn, at: place + 1)
                } isIt: {
                    guard case .torn(let found, let atA, let atB, _) = $0 else { return false }
                    return found.position == new.position && found.value == value
                        && Set([atA, atB]) == [a.position, b.position]
                }
            }
        }
    }

    /// With the window of a delivery shown once more where the next one was, while the clock stands still.
    private func stale(_ watched: LiveWatched, _ history: LiveHistory) -> [Plant] {
        guard case .greatest = watched.shape else { return [] }
        let all = watched.deliveries
        return all.indices.dropFirst().compactMap { index in
            let (old, new) = (all[index - 1], all[index])
            guard old.value != new.value, old.instant == new.instant else { return nil }
            let first = history.entries[history.index(of: old.position)].position
            return plant(in: watched) {
                $0[index].value = old.value
            } isIt: {
                guard case .stale(let found, let shown, _) = $0 else { return false }
                return found.position == new.position && found.value == old.value
                    && (first..<new.position).contains(shown)
            }
        }
    }
}
