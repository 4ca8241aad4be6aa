/// What the machine knows of one child.
struct ChildSlot {
    /// What of a child's description decides about its fate.
    struct Traits {
        let id: String
        var restart = Child.Restart.permanent
        var grace = Duration.seconds(5)
        /// Nil if there is no setup to wait for.
        var setupLimit: Duration?
        var isSignificant = false
        var isDynamic = false
    }

    /// A task of a child is told apart from the ones before it by its number, `instance`.
    enum Phase: Equatable {
        case waiting
        case starting(Int)
        case running(Int)
        case stopping(Int)
        case leftBehind(Int)
        case backingOff
        case ended
    }

    /// What becomes of a child that is to be stopped, once it has ended.
    enum Aftermath { case startAgain, leave, rest }

    let traits: Traits
    var phase = Phase.waiting
    /// The group of steps that it is a part of.
    var round: Int?
    /// Set while it is to be stopped, even if its turn to be cancelled has not come.
    var aftermath: Aftermath?
    /// Whether its setup has ever returned.
    var wasReady = false
    var readySince: Duration?
    /// How it ended when it should not have, until it is back.
    var trouble: String?
    var launches = 0
    /// How often it failed in a row, without a quiet time between.
    var failures = 0
    var lastError: (any Error)?
    /// Whether its setup took longer than its limit, and the task has not ended since.
    var hasTimedOut = false
    /// The timer of its setup's limit or of its grace period.
    var timer: Int?
    /// Who waits until it runs.
    var starters: [Int] = []
    /// Who waits until it is gone.
    var removers: [Int] = []

    var instance: Int? {
        switch phase {
        case .starting(let instance), .running(let instance), .stopping(let instance),
            .leftBehind(let instance):
            instance
        case .waiting, .backingOff, .ended: nil
        }
    }

    /// Whether it has a task that its supervisor answers for.
    var isAlive: Bool {
        switch phase {
        case .starting, .running, .stopping: true
        case .waiting, .leftBehind, .backingOff, .ended: false
        }
    }

    var isLeftBehind: Bool { if case .leftBehind = phase { true } else { false } }

    var restartCount: Int { max(0, launches - 1) }
}

extension ChildSlot {
    var state: Child.State {
        switch phase {
        case .waiting: .waiting
        case .starting: .starting
        case .running: .running
        case .stopping: .stopping
        case .leftBehind: .leftBehind
        case .backingOff: .backingOff
        case .ended: .ended
        }
    }

    var isHealthy: Bool { trouble == nil && !isLeftBehind }

    var health: Supervisor.Health {
        let about = "child \"\(traits.id.prefix(80))\""
        if isLeftBehind {
            return .degraded("\(about) did not end within \(traits.grace) of being cancelled")
        }
        guard let trouble else { return .healthy }
        if phase == .ended { return .failed("\(about) \(trouble)") }
        return .degraded("\(about) \(trouble), and is being restarted")
    }

    var status: Child.Status {
        Child.Status(
            id: traits.id, state: state, restartCount: restartCount, health: health,
            lastError: lastError)
    }
}
