/// The components of a store, in order of their start.
final class ComponentList: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`.
    private var components: [any StoreComponent] = []

    var all: [any StoreComponent] { lock.withLock { components } }

    subscript(name: String) -> (any StoreComponent)? {
        lock.withLock { components.first { $0.name == name } }
    }

    /// Adds a component unless one of its name is there.
    func add(_ component: any StoreComponent) -> Bool {
        lock.withLock {
            guard !components.contains(where: { $0.name == component.name }) else { return false }
            components.append(component)
            return true
        }
    }

    func remove(_ component: any StoreComponent) {
        lock.withLock { components.removeAll { $0 === component } }
    }

    func takeAll() -> [any StoreComponent] {
        lock.withLock {
            defer { components = [] }
            return components
        }
    }
}

extension Store {
    /// Adds a component and starts it; it is stopped with the store, before those added earlier.
    ///
    /// A component whose name is taken is not added.
    ///
    /// - Throws: what its start throws; it is then not part of the store.
    public func addComponent(_ component: any StoreComponent) async throws {
        if isStopped { throw StoreError(.stopped) }
        guard components.add(component) else { return }
        do {
            try await component.start(on: self)
        } catch {
            components.remove(component)
            throw error
        }
    }

    /// The component of this name, if the store has one.
    public func component(named name: String) -> (any StoreComponent)? { components[name] }
}
