/// A clock that shows an instant until its base has reached that.
///
/// For a store whose last commit was made when the clock was ahead of what it shows now.
final class RecoveredClock: StoreClock {
    private let base: any StoreClock
    private let floor: Timestamp

    init(_ base: any StoreClock, from floor: Timestamp) {
        self.base = base
        self.floor = floor
    }

    var now: Timestamp { max(base.now, floor) }
    var minimumResolution: Duration { .microseconds(1) }

    func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        if deadline > floor { try await base.sleep(until: deadline, tolerance: tolerance) }
    }
}

extension StoreClock {
    /// This clock, kept from showing anything before `instant`.
    func goingOn(from instant: Timestamp) -> any StoreClock {
        guard now < instant else { return self }
        if let system = self as? SystemClock {
            // It goes on at its own pace.
            system.goOn(from: instant)
            return system
        }
        return RecoveredClock(self, from: instant)
    }
}
