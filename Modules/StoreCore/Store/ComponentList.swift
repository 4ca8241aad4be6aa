/// The components of a store, in order of their start.
final class ComponentList: @unchecked Sendable {
    private struct Entry {
        let component: any StoreComponent
        /// Whether its start has returned.
        var isStarted = false
        /// How many definitions and callers have asked for it.
        ///
        /// Only a definition that fails gives its use back: dropping a bucket does not.
        var uses = 1
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// What became of a component that somebody wanted to add.
    enum Entrance {
        /// It is in the list; whoever added it starts it.
        case added
        /// One of its name has been started, and has one more use now.
        case started
        /// One of its name is being started.
        case starting
    }

    private let lock = Lock()
    // Both under `lock`.
    private var entries: [Entry] = []
    private var isClosed = false

    var all: [any StoreComponent] { lock.withLock { entries.map(\.component) } }

    subscript(name: String) -> (any StoreComponent)? {
        lock.withLock { index(of: name).map { entries[$0].component } }
    }

    private func index(of name: String) -> Int? {
        entries.firstIndex { $0.component.name == name }
    }

    /// Adds a use of the component of this name, if it has been started.
    func use(_ name: String) -> Bool {
        lock.withLock {
            guard let index = index(of: name), entries[index].isStarted else { return false }
            entries[index].uses += 1
            return true
        }
    }

    func enter(_ component: any StoreComponent) throws -> Entrance {
        try lock.withLock {
            if isClosed { throw StoreError(.stopped) }
            guard let index = index(of: component.name) else {
                entries.append(Entry(component: component))
                return .added
            }
            guard entries[index].isStarted else { return .starting }
            entries[index].uses += 1
            return .started
        }
    }

    /// Returns once the start of the component of this name, if one is under way, has succeeded or failed.
    func startHasEnded(_ name: String) async {
        await withCheckedContinuation { continuation in
            let isOver = lock.withLock {
                guard let index = index(of: name), !entries[index].isStarted else { return true }
                entries[index].waiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// The component's start has returned, or it has thrown and the component is none of the store's any more.
    func didStart(_ component: any StoreComponent, successfully: Bool) {
        let waiters = lock.withLock { () -> [CheckedContinuation<Void, Never>] in
            guard let index = entries.firstIndex(where: { $0.component === component }) else {
                return []
            }
            defer {
                entries[index].isStarted = true
                entries[index].waiters = []
                if !successfully { entries.remove(at: index) }
            }
            return entries[index].waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Gives a use back.
    ///
    /// - Returns: the component, which has left the list, if that was the last use.
    func leave(_ name: String) -> (any StoreComponent)? {
        lock.withLock {
            guard let index = index(of: name) else { return nil }
            entries[index].uses -= 1
            return entries[index].uses == 0 ? entries.remove(at: index).component : nil
        }
    }

    /// Empties the list; no component comes in any more if it is `closing`.
    func takeAll(closing: Bool) -> [any StoreComponent] {
        let taken = lock.withLock {
            defer { entries = [] }
            if closing { isClosed = true }
            return entries
        }
        for waiter in taken.flatMap(\.waiters) { waiter.resume() }
        return taken.map(\.component)
    }
}

extension Store {
    /// Adds a component and starts it; it is stopped with the store, before those added earlier.
    ///
    /// A component whose name is taken is not added; if that one is being started, its start is waited for.
    ///
    /// - Throws: what its start throws; it is then not part of the store. `StoreError` (`stopped`).
    public func addComponent(_ component: any StoreComponent) async throws {
        _ = try await enter(component)
    }

    /// Adds and starts a component unless one of its name is there.
    ///
    /// - Returns: whether that is a use of it, to be given back one day.
    private func enter(_ component: any StoreComponent) async throws -> Bool {
        if isStopped { throw StoreError(.stopped) }
        let name = component.name
        while true {
            switch try components.enter(component) {
            case .started: return true
            case .starting:
                // What a component does in its own start cannot wait for that start.
                if StoreContext.current?.isStarting(name) == true { return false }
                await components.startHasEnded(name)
            case .added:
                do {
                    try await StoreContext.with({ $0.starting.append(name) }) {
                        try await component.start(on: self)
                    }
                } catch {
                    components.didStart(component, successfully: false)
                    throw error
                }
                components.didStart(component, successfully: true)
                return true
            }
        }
    }

    /// Sees to the components that a definition asks for while `body` makes it; if it fails, those that nobody else
    /// relies on are stopped and gone.
    func withComponents<R>(
        _ wanted: [(name: String, make: @Sendable () -> any StoreComponent)],
        _ body: () async throws -> R
    ) async throws -> R {
        var entered: [String] = []
        do {
            for (name, make) in wanted {
                if components.use(name) {
                    entered.append(name)
                } else {
                    let component = make()
                    if try await enter(component) { entered.append(component.name) }
                }
            }
            return try await body()
        } catch {
            for name in entered.reversed() { await components.leave(name)?.stop() }
            throw error
        }
    }

    /// The component of this name, if the store has one.
    public func component(named name: String) -> (any StoreComponent)? { components[name] }
}
