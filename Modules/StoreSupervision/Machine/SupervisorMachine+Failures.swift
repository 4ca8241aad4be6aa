extension SupervisorMachine {
    /// A child has ended without having been told to, or its setup takes too long.
    mutating func fail(_ serial: Int, _ failure: ChildFailure?, inSetup isInSetup: Bool) {
        guard let slot = slots[serial] else { return }
        if failure != nil, let error = slot.lastError { outputs.append(.discard(error)) }
        modify(serial) { slot in
            slot.lastError = failure?.error ?? slot.lastError
            slot.trouble = failure.map { "threw \($0.text)" } ?? "returned"
        }
        if isInSetup, let failure {
            let fault = setupFault(failure, slot.traits.id)
            if case .starting = phase, unready.contains(serial) {
                beginStop(fault)
                return
            }
            for request in slot.starters { answer(request, fault) }
            modify(serial) { $0.starters = [] }
            if !slot.wasReady {
                leave(serial)
                return
            }
        }
        let returns =
            switch slot.traits.restart {
            case .permanent: true
            case .transient: failure != nil
            case .temporary: false
            }
        if returns { comeBack(serial, failure) } else { retire(serial) }
    }

    private func setupFault(_ failure: ChildFailure, _ id: String) -> SupervisorError {
        if let error = failure.error as? SupervisorError, error.reason == .setupTimedOut {
            return error
        }
        return SupervisorError(.setupFailed, child: id, failure)
    }

    /// Ends what is left of a child, and takes it off the list.
    private mutating func leave(_ serial: Int) {
        guard slots[serial]?.isAlive == true else { return forget(serial) }
        modify(serial) { $0.aftermath = .leave }
        makeRound([serial])
    }

    /// A child has ended and is not restarted.
    private mutating func retire(_ serial: Int) {
        guard let slot = slots[serial] else { return }
        modify(serial) { $0.trouble = nil }
        touch(serial)
        isReady(serial)
        if slot.traits.restart == .temporary || slot.traits.isDynamic {
            leave(serial)
        }
        guard slot.traits.isSignificant else { return }
        switch autoStop {
        case .never: break
        case .anySignificant: beginStop(nil)
        case .allSignificant:
            let isLast = !slots.values.contains { $0.traits.isSignificant && $0.phase != .ended }
            if isLast { beginStop(nil) }
        }
    }

    private mutating func comeBack(_ serial: Int, _ failure: ChildFailure?) {
        guard let slot = slots[serial] else { return }
        restarts.removeAll { now - $0 > limit.window }
        restarts.append(now)
        guard restarts.count <= limit.count else {
            let fault = SupervisorError(
                .restartsExceeded, child: slot.traits.id, failure)
            emit(.escalated(fault))
            beginStop(fault)
            return
        }
        if let since = slot.readySince, now - since >= backoff.quietTime {
            modify(serial) { $0.failures = 0 }
        }
        modify(serial) { slot in
            slot.failures += 1
            slot.readySince = nil
        }
        let group: [Int] =
            switch strategy {
            case .oneForOne: [serial]
            case .oneForAll: order
            case .restForOne: Array(order[placeInOrder(serial)...])
            }
        startAgain(group, failed: serial)
        delay(serial)
    }

    /// Makes a round in which children stop and start anew.
    private mutating func startAgain(_ group: [Int], failed: Int) {
        for serial in group {
            guard let slot = slots[serial] else { continue }
            if slot.isAlive || slot.isLeftBehind {
                let leaves =
                    slot.aftermath == .leave
                    || (slot.traits.restart == .temporary && slot.wasReady)
                modify(serial) { $0.aftermath = leaves ? .leave : .startAgain }
            } else {
                modify(serial) { $0.phase = .waiting }
            }
        }
        makeRound(group.filter { slots[$0]?.isLeftBehind == false })
    }

    /// Makes the round of a failed child wait as long as its failures ask for.
    private mutating func delay(_ serial: Int) {
        guard let slot = slots[serial], let round = slot.round else { return }
        let delay = backoff.delay(afterFailures: slot.failures)
        guard delay > .zero else { return }
        emit(.backingOff(child: slot.traits.id, for: delay))
        let timer = setTimer(.hold(round: round), delay)
        rounds[round]?.hold = (serial, timer)
        if slot.phase == .waiting { modify(serial) { $0.phase = .backingOff } }
    }
}
