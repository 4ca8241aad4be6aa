@testable import StoreSupervision

struct Crash: Error, Equatable {
    var note = "crash"
}

/// A world around the machine in which everything takes no time: setups return or fail at once, who is cancelled has ended.
struct PromptWorld {
    var machine: SupervisorMachine
    var now = Duration.zero
    var failing: [String: Int] = [:]
    var trace: [String] = []
    /// The running task of each child.
    private(set) var running: [String: Int] = [:]
    private var ids: [Int: String] = [:]
    private(set) var faults: [String] = []

    init(_ machine: SupervisorMachine) { self.machine = machine }

    mutating func tell(_ input: MachineInput) {
        var inputs = [input]
        while !inputs.isEmpty {
            for output in machine.handle(inputs.removeFirst(), now: now) {
                if let reaction = react(to: output) { inputs.append(reaction) }
            }
        }
    }

    mutating func end(_ id: String, _ error: (any Error)?) {
        guard let instance = running.removeValue(forKey: id) else { return }
        tell(.ended(instance: instance, error.map(ChildFailure.init)))
    }

    private mutating func react(to output: MachineOutput) -> MachineInput? {
        switch output {
        case .launch(let serial, let instance):
            guard let id = machine.slots[serial]?.traits.id else { return nil }
            ids[instance] = id
            trace.append("start \(id)")
            if running[id] != nil { faults.append("\(id) has two tasks") }
            if let count = failing[id], count > 0 {
                failing[id] = count - 1
                return .ended(instance: instance, ChildFailure(Crash(note: "setup")))
            }
            running[id] = instance
            return .setupReturned(instance: instance)
        case .cancel(let instance):
            guard let id = ids[instance] else { return nil }
            trace.append("stop \(id)")
            running[id] = nil
            return .ended(instance: instance, nil)
        case .finished:
            trace.append("finished")
            return nil
        default: return nil
        }
    }
}
