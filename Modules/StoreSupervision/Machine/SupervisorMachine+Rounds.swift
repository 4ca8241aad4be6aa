extension SupervisorMachine {
    /// Makes a round of children; each leaves the round that it was in.
    ///
    /// - Parameter serials: in order of starting. Those that are alive and have an aftermath are stopped; those that
    ///   are then waiting are started.
    /// - Returns: the round's number.
    @discardableResult
    mutating func makeRound(_ serials: [Int]) -> Int {
        let number = number()
        for serial in serials {
            leaveRound(serial)
            slots[serial]?.round = number
        }
        let stops = serials.filter { slots[$0]?.isAlive == true && slots[$0]?.aftermath != nil }
        rounds[number] = Round(stops: stops, starts: serials.reversed())
        touched.insert(number)
        return number
    }

    /// Takes a child out of its round, which does not wait for it any longer.
    mutating func leaveRound(_ serial: Int) {
        guard let number = slots[serial]?.round else { return }
        slots[serial]?.round = nil
        rounds[number]?.awaited.remove(serial)
        if let hold = rounds[number]?.hold, hold.serial == serial {
            cancelTimer(hold.timer)
            rounds[number]?.hold = nil
        }
        touched.insert(number)
    }

    /// Does whatever a round can do now.
    mutating func advance(_ number: Int) {
        guard var round = rounds.removeValue(forKey: number) else { return }
        stopNext(of: &round, number)
        let isOver = round.awaited.isEmpty && round.hold == nil && !startNext(of: &round, number)
        if !isOver { rounds[number] = round }
    }

    /// Cancels those whose turn it is: the last one, or several of a template that stand together.
    private mutating func stopNext(of round: inout Round, _ number: Int) {
        while let serial = round.stops.last {
            guard let slot = slots[serial], slot.round == number, slot.isAlive else {
                round.stops.removeLast()
                continue
            }
            let isJoining = slot.traits.isDynamic && round.awaitsDynamic
            guard round.awaited.isEmpty || isJoining else { return }
            round.stops.removeLast()
            round.awaited.insert(serial)
            round.awaitsDynamic = slot.traits.isDynamic
            cancel(serial)
        }
    }

    private mutating func cancel(_ serial: Int) {
        guard let slot = slots[serial], let instance = slot.instance else { return }
        if case .stopping = slot.phase { return }
        cancelTimer(slot.timer)
        outputs.append(.cancel(instance: instance))
        let timer = setTimer(.grace(serial), slot.traits.grace)
        modify(serial) { slot in
            slot.phase = .stopping(instance)
            slot.timer = timer
        }
    }

    /// Starts the next one, unless the one before it is still starting.
    ///
    /// - Returns: whether somebody is starting.
    private mutating func startNext(of round: inout Round, _ number: Int) -> Bool {
        while let serial = round.starts.last {
            if let slot = slots[serial], slot.round == number {
                if case .starting = slot.phase { return true }
                if slot.phase == .waiting {
                    launch(serial)
                    return true
                }
                slots[serial]?.round = nil
            }
            round.starts.removeLast()
        }
        return false
    }

    private mutating func launch(_ serial: Int) {
        guard let slot = slots[serial] else { return }
        let instance = number()
        instances[instance] = serial
        outputs.append(.launch(serial: serial, instance: instance))
        let timer = slot.traits.setupLimit.map { setTimer(.setup(serial), $0) }
        modify(serial) { slot in
            slot.phase = .starting(instance)
            slot.launches += 1
            slot.timer = timer
        }
    }
}
