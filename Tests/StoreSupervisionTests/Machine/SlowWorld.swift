import StoreTesting

@testable import StoreSupervision

/// A world around the machine in which everything takes as long as chance will have it, in any order.
struct SlowWorld {
    enum Stage { case settingUp, running }

    /// A task that has been launched and has not ended.
    struct Living {
        let serial: Int
        let isDynamic: Bool
        var stage = Stage.settingUp
        var isCancelled = false
        var isLeftBehind = false
    }

    var machine: SupervisorMachine
    var now = Duration.zero
    var random: SeededRandom
    private(set) var living: [Int: Living] = [:]
    private(set) var timers: Set<Int> = []
    private(set) var open: Set<Int> = []
    private(set) var finishes = 0
    private(set) var faults: [String] = []
    private(set) var log: [String] = []
    private var isStopping = false
    private var lastStopped = Int.max
    private var lastRequest = 0
    private var ids: [Int: String] = [:]

    init(_ machine: SupervisorMachine, _ random: SeededRandom) {
        self.machine = machine
        self.random = random
    }

    mutating func request() -> Int {
        lastRequest += 1
        open.insert(lastRequest)
        return lastRequest
    }

    mutating func tell(_ input: MachineInput) {
        log.append("\(input)")
        if case .stop = input { isStopping = true }
        for output in machine.handle(input, now: now) { react(to: output, input) }
    }

    private mutating func react(to output: MachineOutput, _ input: MachineInput) {
        log.append("    \(output)")
        switch output {
        case .launch(let serial, let instance):
            if living.values.contains(where: { $0.serial == serial }) {
                faults.append("child \(serial) has two tasks")
            }
            if isStopping { faults.append("child \(serial) starts after the stop") }
            let isDynamic = machine.slots[serial]?.traits.isDynamic ?? false
            ids[serial] = machine.slots[serial]?.traits.id
            living[instance] = Living(serial: serial, isDynamic: isDynamic)
        case .proceed(let instance):
            if living[instance]?.isCancelled != false || isStopping {
                faults.append("task \(instance) runs after it was cancelled")
            }
            living[instance]?.stage = .running
        case .cancel(let instance): cancel(instance)
        case .setTimer(let timer, _): timers.insert(timer)
        case .cancelTimer(let timer):
            if timers.remove(timer) == nil { faults.append("timer \(timer) is not set") }
        case .answer(let request, _):
            if open.remove(request) == nil { faults.append("\(request) is answered twice") }
        case .event(.escalated): isStopping = true
        case .event(.leftBehind(let id)):
            let hanging = living.filter { $0.value.isCancelled && ids[$0.value.serial] == id }
            for instance in hanging.keys { living[instance]?.isLeftBehind = true }
        case .finished: finishes += 1
        case .admit, .forget, .discard, .event, .health: break
        }
    }

    private mutating func cancel(_ instance: Int) {
        guard let task = living[instance] else {
            return faults.append("task \(instance) is cancelled after its end")
        }
        if task.isCancelled { faults.append("task \(instance) is cancelled twice") }
        living[instance]?.isCancelled = true
        guard isStopping else { return }
        if task.serial > lastStopped { faults.append("\(task.serial) is stopped out of order") }
        lastStopped = task.serial
        let isTooEarly = living.values.contains {
            $0.serial > task.serial && !$0.isLeftBehind && !(task.isDynamic && $0.isDynamic)
        }
        if isTooEarly { faults.append("\(task.serial) is stopped before those after it ended") }
    }

    /// Something happens to one of the tasks or timers.
    mutating func happen() {
        guard let instance = living.keys.sorted().randomElement(using: &random),
            let task = living[instance], !random.once(in: 5)
        else { return fireTimer() }
        if task.isCancelled {
            if !random.once(in: 3) { end(instance, random.once(in: 2) ? Crash() : nil) }
        } else if task.stage == .settingUp {
            if random.once(in: 5) {
                end(instance, Crash(note: "setup"))
            } else {
                tell(.setupReturned(instance: instance))
            }
        } else {
            end(instance, random.once(in: 2) ? Crash() : nil)
        }
    }

    private mutating func fireTimer() {
        guard let timer = timers.sorted().randomElement(using: &random) else { return }
        timers.remove(timer)
        tell(.timerFired(timer))
    }

    private mutating func end(_ instance: Int, _ error: Crash?) {
        living[instance] = nil
        tell(.ended(instance: instance, error.map { ChildFailure($0) }))
    }

    /// Lets all that was cancelled come to its end, those that hang last.
    mutating func windUp() {
        for _ in 0..<500 where finishes == 0 {
            if let instance = living.filter({ $0.value.isCancelled && !$0.value.isLeftBehind }).keys
                .min()
            {
                if random.once(in: 3) { fireTimer() } else { end(instance, nil) }
            } else if let instance = living.filter({ !$0.value.isLeftBehind }).keys.min() {
                faults.append("nobody stops task \(instance)")
                return
            }
        }
        for instance in living.keys.sorted() { end(instance, nil) }
    }
}
