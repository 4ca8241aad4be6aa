@testable import StoreSupervision

/// The rules of OTP's supervisors, written down naively: one thing happens after another, and at once.
struct OTPModel {
    struct Member {
        let traits: ChildSlot.Traits
        var isRunning = false
    }

    let strategy: Supervisor.Strategy
    let limit: RestartLimit
    let autoStop: Supervisor.AutoStop

    var members: [Member] = []
    var now = Duration.zero
    /// How many times the next setups of a child fail.
    var failing: [String: Int] = [:]
    var trace: [String] = []
    var isOver = false
    private var restarts: [Duration] = []

    init(_ strategy: Supervisor.Strategy, _ limit: RestartLimit, _ autoStop: Supervisor.AutoStop) {
        self.strategy = strategy
        self.limit = limit
        self.autoStop = autoStop
    }

    private func place(_ id: String) -> Int? { members.firstIndex { $0.traits.id == id } }

    /// Starts a child; says whether its setup succeeded.
    private mutating func launch(_ id: String) -> Bool {
        guard let place = place(id) else { return true }
        trace.append("start \(id)")
        if let count = failing[id], count > 0 {
            failing[id] = count - 1
            return false
        }
        members[place].isRunning = true
        return true
    }

    private mutating func halt(_ id: String) {
        guard let place = place(id), members[place].isRunning else { return }
        trace.append("stop \(id)")
        members[place].isRunning = false
    }

    private mutating func drop(_ id: String) { members.removeAll { $0.traits.id == id } }

    mutating func start() {
        for id in members.map(\.traits.id) where !launch(id) { return stop() }
    }

    mutating func stop() {
        guard !isOver else { return }
        isOver = true
        for id in members.map(\.traits.id).reversed() { halt(id) }
        trace.append("finished")
    }

    mutating func add(_ traits: ChildSlot.Traits) {
        guard !isOver, place(traits.id) == nil else { return }
        members.append(Member(traits: traits))
        if !launch(traits.id) { drop(traits.id) }
    }

    mutating func remove(_ id: String) {
        guard !isOver else { return }
        halt(id)
        drop(id)
    }

    mutating func restart(_ id: String) {
        guard !isOver, place(id) != nil else { return }
        halt(id)
        if !launch(id) { failed(id, threw: true) }
    }

    /// A running child ends by itself.
    mutating func end(_ id: String, threw: Bool) {
        guard !isOver, let place = place(id), members[place].isRunning else { return }
        members[place].isRunning = false
        failed(id, threw: threw)
    }

    private mutating func failed(_ id: String, threw: Bool) {
        guard let place = place(id) else { return }
        let traits = members[place].traits
        let returns = traits.restart == .permanent || (traits.restart == .transient && threw)
        guard returns else { return retire(traits) }
        restarts.append(now)
        guard restarts.filter({ now - $0 <= limit.window }).count <= limit.count else {
            return stop()
        }
        let all = members.map(\.traits.id)
        let group =
            switch strategy {
            case .oneForOne: [id]
            case .oneForAll: all
            case .restForOne: Array(all[place...])
            }
        for other in group.reversed() {
            let isTemporary = members.contains {
                $0.traits.id == other && $0.isRunning && $0.traits.restart == .temporary
            }
            halt(other)
            if isTemporary { drop(other) }
        }
        for other in group where !launch(other) { return failed(other, threw: true) }
    }

    private mutating func retire(_ traits: ChildSlot.Traits) {
        if traits.restart == .temporary || traits.isDynamic { drop(traits.id) }
        guard traits.isSignificant else { return }
        let isLast = !members.contains { $0.traits.isSignificant && $0.isRunning }
        if autoStop == .anySignificant || (autoStop == .allSignificant && isLast) { stop() }
    }
}
