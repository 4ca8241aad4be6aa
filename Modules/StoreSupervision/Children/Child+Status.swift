extension Child {
    /// Where a child stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// It will be started when its turn comes.
        case waiting
        /// Its setup is under way.
        case starting
        /// It runs.
        case running
        /// It has been cancelled, and has its grace period to end.
        case stopping
        /// It did not end within its grace period; it is not started again before it returns.
        case leftBehind
        /// It failed, and waits to be started again.
        case backingOff
        /// It has ended, and is not started again by itself.
        case ended
    }

    /// How a task of a child ended.
    public enum Exit: Sendable {
        /// By itself, without an error.
        case returned
        /// By itself: its setup or its work threw, or its setup took too long.
        case failed(any Error)
        /// Because it was told to, whatever it threw then.
        case stopped
    }

    /// What a supervisor knows of one of its children.
    public struct Status: Sendable {
        /// The child's name.
        public let id: String
        /// Where it stands.
        public let state: State
        /// How many times it has been started again, for whatever reason.
        public let restartCount: Int
        /// How it is.
        public let health: Supervisor.Health
        /// What it threw when it failed last; nil if it never did.
        public let lastError: (any Error)?
    }
}
