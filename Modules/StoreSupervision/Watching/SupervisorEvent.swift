/// Something that happened in a supervisor.
public enum SupervisorEvent: Sendable {
    /// A child runs for the first time: its setup has returned.
    case started(child: String)
    /// A task of a child has ended; without having started, if that was in its setup.
    case exited(child: String, Child.Exit)
    /// A child waits before it is started again.
    case backingOff(child: String, for: Duration)
    /// A child runs again, for the how manieth time.
    case restarted(child: String, attempt: Int)
    /// A child did not end within its grace period, and is waited for no longer.
    case leftBehind(child: String)
    /// The limit of restarts was exceeded: all children are being stopped.
    case escalated(SupervisorError)
    /// The supervisor has ended; no event comes after this one.
    case stopped
}

extension SupervisorEvent: CustomStringConvertible {
    /// One line for a log.
    public var description: String {
        switch self {
        case .started(let child): "\(child) started"
        case .exited(let child, .returned): "\(child) returned"
        case .exited(let child, .stopped): "\(child) stopped"
        case .exited(let child, .failed(let error)):
            "\(child) failed: \(String(describing: error).prefix(200))"
        case .backingOff(let child, let duration): "\(child) backs off for \(duration)"
        case .restarted(let child, let attempt): "\(child) restarted (\(attempt))"
        case .leftBehind(let child): "\(child) was left behind"
        case .escalated(let error): "escalated: \(error)"
        case .stopped: "stopped"
        }
    }
}
