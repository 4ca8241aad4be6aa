extension SupervisorMachine {
    /// A child's setup has returned.
    mutating func didSetUp(_ instance: Int) {
        guard let serial = instances[instance], let slot = slots[serial],
            slot.phase == .starting(instance), slot.aftermath == nil
        else { return }
        cancelTimer(slot.timer)
        outputs.append(.proceed(instance: instance))
        if slot.launches == 1 {
            emit(.started(child: slot.traits.id))
        } else {
            emit(.restarted(child: slot.traits.id, attempt: slot.restartCount))
        }
        for request in slot.starters { answer(request) }
        modify(serial) { [now] slot in
            slot.phase = .running(instance)
            slot.timer = nil
            slot.wasReady = true
            slot.readySince = now
            slot.trouble = nil
            slot.starters = []
        }
        touch(serial)
        isReady(serial)
    }

    /// A child's task has ended.
    mutating func didEnd(_ instance: Int, _ failure: ChildFailure?) {
        guard let serial = instances.removeValue(forKey: instance), let slot = slots[serial] else {
            return
        }
        cancelTimer(slot.timer)
        modify(serial) { slot in
            slot.timer = nil
            slot.hasTimedOut = false
            slot.phase = .ended
        }
        if let aftermath = slot.aftermath {
            let fault = slot.hasTimedOut ? slot.lastError : nil
            emit(.exited(child: slot.traits.id, fault.map { .failed($0) } ?? .stopped))
            didStop(serial, aftermath, wasLeftBehind: slot.isLeftBehind)
        } else {
            emit(.exited(child: slot.traits.id, failure.map { .failed($0.error) } ?? .returned))
            fail(serial, failure, inSetup: slot.phase == .starting(instance))
        }
    }

    /// A child that was told to end has done so.
    private mutating func didStop(
        _ serial: Int, _ aftermath: ChildSlot.Aftermath, wasLeftBehind: Bool
    ) {
        modify(serial) { $0.aftermath = nil }
        if let round = slots[serial]?.round { rounds[round]?.awaited.remove(serial) }
        touch(serial)
        switch aftermath {
        case .leave: forget(serial)
        case .rest: break
        case .startAgain:
            modify(serial) { $0.phase = .waiting }
            // Its round has gone on without it.
            if wasLeftBehind { makeRound([serial]) }
        }
    }

    mutating func timerFired(_ timer: Int) {
        switch timers.removeValue(forKey: timer) {
        case nil: break
        case .setup(let serial):
            guard let slot = slots[serial] else { return }
            slots[serial]?.timer = nil
            guard slot.aftermath == nil else { return }
            slots[serial]?.hasTimedOut = true
            let error = SupervisorError(.setupTimedOut, child: slot.traits.id)
            fail(serial, ChildFailure(error), inSetup: true)
        case .grace(let serial): leaveBehind(serial)
        case .hold(let number):
            guard let hold = rounds[number]?.hold else { return }
            rounds[number]?.hold = nil
            if slots[hold.serial]?.phase == .backingOff {
                modify(hold.serial) { $0.phase = .waiting }
            }
            touched.insert(number)
        }
    }

    private mutating func leaveBehind(_ serial: Int) {
        guard let slot = slots[serial], case .stopping(let instance) = slot.phase else { return }
        emit(.leftBehind(child: slot.traits.id))
        for request in slot.removers {
            answer(request, SupervisorError(.didNotEnd, child: slot.traits.id))
        }
        for request in slot.starters {
            answer(request, SupervisorError(.didNotEnd, child: slot.traits.id))
        }
        modify(serial) { slot in
            slot.phase = .leftBehind(instance)
            slot.timer = nil
            slot.removers = []
            slot.starters = []
        }
        leaveRound(serial)
    }

    mutating func touch(_ serial: Int) {
        if let round = slots[serial]?.round { touched.insert(round) }
    }

    /// Takes a child off the list, for good.
    mutating func forget(_ serial: Int) {
        guard let slot = slots[serial] else { return }
        leaveRound(serial)
        for request in slot.removers { answer(request) }
        for request in slot.starters {
            answer(request, SupervisorError(.unknownChild, child: slot.traits.id))
        }
        slots[serial] = nil
        serials[slot.traits.id] = nil
        troubled.remove(serial)
        removeFromOrder(serial)
        outputs.append(.forget(serial: serial))
        if let error = slot.lastError { outputs.append(.discard(error)) }
        isReady(serial)
    }

    /// The order is sorted, so that the place is found by halving.
    private mutating func removeFromOrder(_ serial: Int) {
        let place = placeInOrder(serial)
        if place < order.count, order[place] == serial { order.remove(at: place) }
    }

    func placeInOrder(_ serial: Int) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < serial { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Nobody waits for a child's first start any more.
    mutating func isReady(_ serial: Int) {
        guard unready.remove(serial) != nil, unready.isEmpty, case .starting = phase else { return }
        phase = .running
        answer(starter)
        starter = nil
    }
}
