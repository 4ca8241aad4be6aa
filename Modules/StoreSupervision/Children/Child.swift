/// A task that a supervisor runs, and runs again when it has failed.
///
/// ```swift
/// let inbox = Child("inbox", restart: .transient) { try await receive() }
/// ```
public struct Child: Sendable {
    /// When a child is started again after it has ended by itself.
    public enum Restart: String, Sendable, Hashable, CaseIterable {
        /// Always, whether it returned or threw.
        case permanent
        /// Only after it threw.
        case transient
        /// Never: once it has ended it is no longer one of the children.
        case temporary
    }

    /// The name by which its supervisor knows it, unique among the children.
    public let id: String
    /// When it is started again.
    public let restart: Restart
    /// How long it may take to end after it was cancelled.
    public let grace: Duration
    /// How long its setup may take.
    public let setupLimit: Duration
    /// Whether its end may stop the supervisor; see ``Supervisor/AutoStop``.
    public let isSignificant: Bool

    let setup: (@Sendable () async throws -> Void)?
    let run: @Sendable () async throws -> Void
    /// Whether a template made it: such a child leaves the list when it has ended for good.
    var isDynamic = false

    /// Describes a child.
    ///
    /// Each time it is started, `setup` and then `run` are called in a task that inherits nothing from whoever asked for
    /// it. The child after it in the order of children begins when `setup` has returned. Ending by cancellation is the
    /// task's own affair: a child that does not react to it is left behind.
    ///
    /// - Parameters:
    ///   - id: its name, unique among the children.
    ///   - restart: when it is started again; always by default.
    ///   - grace: how long it may take to end after it was cancelled; 5 seconds by default.
    ///   - setupLimit: how long its setup may take; 5 seconds by default.
    ///   - isSignificant: whether its end may stop the supervisor.
    ///   - setup: what has to be done before those after it may start.
    ///   - run: its work.
    public init(
        _ id: String, restart: Restart = .permanent, grace: Duration = .seconds(5),
        setupLimit: Duration = .seconds(5), isSignificant: Bool = false,
        setup: (@Sendable () async throws -> Void)? = nil,
        run: @escaping @Sendable () async throws -> Void
    ) {
        self.id = id
        self.restart = restart
        self.grace = grace
        self.setupLimit = setupLimit
        self.isSignificant = isSignificant
        self.setup = setup
        self.run = run
    }
}
