extension SupervisorMachine {
    mutating func start(_ request: Int?) {
        guard case .idle = phase else {
            return answer(request, SupervisorError(.alreadyStarted))
        }
        phase = .starting
        starter = request
        if let faultyChild { return beginStop(faultyChild) }
        unready = Set(order)
        makeRound(order)
        if order.isEmpty {
            phase = .running
            answer(starter)
            starter = nil
        }
    }

    mutating func add(_ traits: ChildSlot.Traits, _ request: Int?) {
        if isOver { return answer(request, SupervisorError(.stopped)) }
        guard serials[traits.id] == nil else {
            return answer(request, SupervisorError(.duplicateChild, child: traits.id))
        }
        let serial = number()
        slots[serial] = ChildSlot(traits: traits)
        serials[traits.id] = serial
        order.append(serial)
        outputs.append(.admit(serial: serial))
        if case .idle = phase { return answer(request) }
        if let request { slots[serial]?.starters = [request] }
        makeRound([serial])
    }

    mutating func remove(_ id: String, _ request: Int?) {
        guard let (serial, slot) = find(id, request) else { return }
        if slot.isLeftBehind {
            modify(serial) { $0.aftermath = .leave }
            return answer(request, SupervisorError(.didNotEnd, child: id))
        }
        if let request { slots[serial]?.removers.append(request) }
        guard slot.isAlive else { return forget(serial) }
        for request in slot.starters {
            answer(request, SupervisorError(.unknownChild, child: id))
        }
        modify(serial) { slot in
            slot.starters = []
            slot.aftermath = .leave
        }
        makeRound([serial])
    }

    mutating func restart(_ id: String, _ request: Int?) {
        guard let (serial, slot) = find(id, request) else { return }
        if case .idle = phase { return answer(request, SupervisorError(.notStarted)) }
        if slot.aftermath == .leave {
            return answer(request, SupervisorError(.unknownChild, child: id))
        }
        if slot.isLeftBehind { return answer(request, SupervisorError(.didNotEnd, child: id)) }
        if let request { slots[serial]?.starters.append(request) }
        // It is about to be started anyway.
        if slot.phase == .waiting || slot.aftermath == .startAgain { return }
        modify(serial) { slot in
            if slot.isAlive { slot.aftermath = .startAgain } else { slot.phase = .waiting }
        }
        makeRound([serial])
    }

    /// The child of an id, or an answer that there is none.
    private mutating func find(_ id: String, _ request: Int?) -> (Int, ChildSlot)? {
        if isOver {
            answer(request, SupervisorError(.stopped))
            return nil
        }
        guard let serial = serials[id], let slot = slots[serial] else {
            answer(request, SupervisorError(.unknownChild, child: id))
            return nil
        }
        return (serial, slot)
    }

    private var isOver: Bool {
        switch phase {
        case .stopping, .ended: true
        case .idle, .starting, .running: false
        }
    }

    /// Begins to stop everything; the error is why, if it is no ordinary end.
    mutating func beginStop(_ error: SupervisorError?) {
        guard !isOver else { return }
        let refusal = error ?? SupervisorError(.stopped)
        phase = .stopping(error)
        answer(starter, refusal)
        starter = nil
        unready = []
        for serial in order {
            for request in slots[serial]?.starters ?? [] {
                answer(request, SupervisorError(.stopped))
            }
            modify(serial) { slot in
                slot.starters = []
                if slot.isAlive || slot.isLeftBehind {
                    slot.aftermath = slot.aftermath == .leave ? .leave : .rest
                } else {
                    slot.phase = .ended
                }
            }
        }
        makeRound(order.filter { slots[$0]?.isLeftBehind == false })
    }

    /// Ends the supervisor when the last child that it answers for has ended.
    mutating func finishIfDone() {
        guard case .stopping(let error) = phase, rounds.isEmpty else { return }
        emit(.stopped)
        phase = .ended(error)
        outputs.append(.finished(error))
    }
}
