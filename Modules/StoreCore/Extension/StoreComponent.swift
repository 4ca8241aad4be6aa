/// A part of a store that has a life: it is started with the store, drained, and stopped with it.
///
/// Components are started in the order in which they were added and stopped in reverse. A component must not keep its
/// store alive: hold it weakly.
public protocol StoreComponent: AnyObject, Sendable {
    /// The component's name, unique in its store.
    var name: String { get }

    /// Begins work. Throwing makes the store's start, or the definition that asked for the component, fail.
    ///
    /// A store that is stopped meanwhile calls `stop` as soon as this has returned, not before.
    func start(on store: Store) async throws

    /// Returns once everything that follows from the commits through `position` has been done.
    func drain(through position: Position) async throws

    /// Ends all work; returns when nothing runs any more. Called once, after `start` has returned.
    ///
    /// The component may still write, from here and from the tasks that it began in `start` (not detached ones);
    /// everybody else is refused by then. It runs in a task that has inherited nothing.
    func stop() async

    /// What `drain(through:)` and `stop()` wait for now, such as `["the handler of orders.inserted"]`.
    ///
    /// It is asked when a limit of time has passed, and the answer stands in the error. It must not wait.
    var awaited: [String] { get }

    /// The component's part of `Store.stats()`.
    var statistics: Fields { get }

    /// The component's part of `Store.health`.
    var health: ComponentHealth { get }
}

extension StoreComponent {
    /// Nothing to wait for.
    public func drain(through position: Position) async throws {}
    /// Nobody is named.
    public var awaited: [String] { [] }
    /// No figures.
    public var statistics: Fields { [:] }
    /// Healthy.
    public var health: ComponentHealth { .healthy }
}

/// How a component is.
public enum ComponentHealth: Sendable, Hashable {
    case healthy
    /// It works, but not as it should; the text says how.
    case degraded(String)
    /// It does not work; the text says why and what to do.
    case failed(String)
}
