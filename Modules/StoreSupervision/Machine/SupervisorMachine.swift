/// All decisions of a supervisor, without tasks, clocks or locks.
///
/// It is told what happened and when, and answers with what is to be done. Every child has at most one task; the rules are:
///
/// - Whatever concerns several children (the start, the end, the restart of a group) is a `Round`.
/// - A child's end is judged by whether it had been told to end. If so, its `aftermath` says what comes next. If not, its
///   restart rule and the strategy do, within the limit of restarts.
/// - A child that outlives its grace period is left behind: rounds go on without it, and its aftermath waits for its end.
struct SupervisorMachine {
    enum Phase {
        case idle, starting, running
        case stopping(SupervisorError?)
        case ended(SupervisorError?)
    }

    /// What a timer is for.
    enum Timer { case setup(Int), grace(Int), hold(round: Int) }

    let strategy: Supervisor.Strategy
    let limit: RestartLimit
    let backoff: Backoff
    let autoStop: Supervisor.AutoStop

    var phase = Phase.idle
    /// Children by their serial numbers, which are never given again.
    var slots: [Int: ChildSlot] = [:]
    /// The serial numbers of all children, ascending: the order of starting.
    var order: [Int] = []
    var serials: [String: Int] = [:]
    var instances: [Int: Int] = [:]
    var timers: [Int: Timer] = [:]
    var rounds: [Int: Round] = [:]
    /// Who of the first children has not been ready yet.
    var unready: Set<Int> = []
    /// Children that are not healthy.
    var troubled: Set<Int> = []
    /// Who waits until all of them are ready.
    var starter: Int?
    /// What is wrong with the children that the supervisor was made with.
    var faultyChild: SupervisorError?
    /// Instants of the restarts that may still count.
    var restarts: [Duration] = []

    var now = Duration.zero
    var outputs: [MachineOutput] = []
    /// Rounds that may have a next step.
    var touched: Set<Int> = []
    var healthTold = Supervisor.Health.healthy
    private var lastNumber = 0

    init(
        strategy: Supervisor.Strategy = .oneForOne, limit: RestartLimit = .standard,
        backoff: Backoff = .none, autoStop: Supervisor.AutoStop = .never
    ) {
        self.strategy = strategy
        self.limit = limit
        self.backoff = backoff
        self.autoStop = autoStop
    }

    /// Takes in what happened and tells what is to be done, in order.
    mutating func handle(_ input: MachineInput, now: Duration) -> [MachineOutput] {
        self.now = now
        switch input {
        case .start(let request): start(request)
        case .add(let traits, let request): add(traits, request)
        case .remove(let id, let request): remove(id, request)
        case .restart(let id, let request): restart(id, request)
        case .stop: beginStop(nil)
        case .setupReturned(let instance): didSetUp(instance)
        case .ended(let instance, let error): didEnd(instance, error)
        case .timerFired(let timer): timerFired(timer)
        }
        while let round = touched.min() {
            touched.remove(round)
            advance(round)
        }
        tellHealth()
        finishIfDone()
        defer { outputs.removeAll() }
        return outputs
    }

    /// A number that nothing else has: of a child, a task, a timer or a round.
    mutating func number() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// Changes a child, and keeps track of whether it is healthy.
    mutating func modify(_ serial: Int, _ change: (inout ChildSlot) -> Void) {
        guard var slot = slots.removeValue(forKey: serial) else { return }
        change(&slot)
        if slot.isHealthy { troubled.remove(serial) } else { troubled.insert(serial) }
        slots[serial] = slot
    }

    /// Tells of an event; of what ends after the supervisor has, there is nobody to be told.
    mutating func emit(_ event: SupervisorEvent) {
        if case .ended = phase { return }
        outputs.append(.event(event))
    }

    mutating func answer(_ request: Int?, _ error: SupervisorError? = nil) {
        if let request { outputs.append(.answer(request: request, error)) }
    }

    mutating func setTimer(_ purpose: Timer, _ duration: Duration) -> Int {
        let timer = number()
        timers[timer] = purpose
        outputs.append(.setTimer(timer, duration))
        return timer
    }

    mutating func cancelTimer(_ timer: Int?) {
        guard let timer, timers.removeValue(forKey: timer) != nil else { return }
        outputs.append(.cancelTimer(timer))
    }

    var health: Supervisor.Health {
        switch phase {
        case .stopping(let error?), .ended(let error?): .failed(String(describing: error))
        default: troubled.min().flatMap { slots[$0] }?.health ?? .healthy
        }
    }

    private mutating func tellHealth() {
        let health = health
        guard health != healthTold else { return }
        healthTold = health
        outputs.append(.health(health))
    }
}
