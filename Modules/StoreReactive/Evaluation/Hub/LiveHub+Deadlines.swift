import StoreCore

// A record goes at its deadline, whether a sweeper commits that or not: so the hub keeps a timer for the buckets of which
// queries have read something, and has those run again whose results show what has expired.

extension LiveHub {
    /// Looks at the deadlines that have passed, and waits for the next one.
    func renewDeadlines() {
        guard locked({ deadlines.begin() }) else { return }
        repeat { renewDeadlinesOnce() } while locked({ deadlines.hasEnded() })
    }

    private func renewDeadlinesOnce() {
        guard let clock, let watch = deadlineWatch() else { return }
        while true {
            watch.reset()
            let next = lookAtDeadlines()
            if watch.arm(until: next) {
                let timer = next.map { next in
                    Task.detached { [weak self] in
                        guard (try? await clock.sleep(until: next, tolerance: nil)) != nil else {
                            return
                        }
                        self?.renewDeadlines()
                    }
                }
                return waking { $0.cancel(deadlines.wait(with: timer)) }
            }
            if locked({ isClosed }) { return }
        }
    }

    private func deadlineWatch() -> DeadlineWatch? {
        if let watch = locked({ deadlines.watch }) { return watch }
        // May be called under W.
        let made = store?.watchDeadlines { [weak self] in
            Task.detached { self?.renewDeadlines() }
        }
        let (watch, unused) = locked {
            if deadlines.watch == nil, !isClosed {
                deadlines.watch = made
                return (made, nil as DeadlineWatch?)
            }
            return (deadlines.watch, made)
        }
        unused?.cancel()
        return watch
    }

    /// Wakes the queries whose results show what has expired by now.
    ///
    /// - Returns: the next deadline.
    @discardableResult
    func lookAtDeadlines() -> Timestamp? {
        let places = locked { deadlines.places }
        guard !places.isEmpty, let snapshot = try? store?.snapshot() else { return nil }
        let now = snapshot.instant
        var next: Timestamp?
        for (reference, place) in places {
            guard let bucket = try? snapshot.bucket(reference.name), bucket.reference == reference
            else { continue }
            if let passed = try? bucket.nextDeadline(after: place.through), passed <= now {
                wakeReaders(of: bucket, place, at: now)
            }
            locked { deadlines.haveLooked(at: reference, through: now) }
            if let later = try? bucket.nextDeadline(after: max(now, place.through)) {
                next = min(next ?? later, later)
            }
        }
        return next
    }

    private func wakeReaders(
        of bucket: SnapshotBucket, _ place: DeadlineLook.Place, at now: Timestamp
    ) {
        for id in place.readers {
            guard let instant = locked({ machine[id]?.instant }), instant < now,
                let passed = try? bucket.nextDeadline(after: instant), passed <= now
            else { continue }
            locked {
                guard let node = nodes[id] else { return }
                machine.wake(id, at: now)
                node.figures.wakeUps += 1
                node.figures.lastWake = WakeReason(
                    machine[id]?.position ?? .start,
                    "a deadline of bucket \(bucket.reference.name) has passed")
                if hasReady { work() }
            }
        }
    }
}
