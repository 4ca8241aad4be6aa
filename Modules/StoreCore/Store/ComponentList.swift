/// The components of a store, in order of their start.
final class ComponentList: @unchecked Sendable {
    struct Entry {
        let component: any StoreComponent
        let life: ComponentLife
        /// Whether its start has returned.
        var isStarted = false
        /// How many definitions and callers have asked for it.
        ///
        /// Only a definition that fails gives its use back: dropping a bucket does not.
        var uses = 1
        /// Who waits for the end of its start, and on behalf of which components.
        var waiters: [(waiter: Waiter, lives: [ComponentLife])] = []
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
    // All of it under `lock`.
    private var entries: [Entry] = []
    private var isClosed = false
    /// Those that had started when the list was closed: they can still be asked what has become of them.
    private var ended: [any StoreComponent] = []
    /// Those that have left the list and have not ended yet, with who waits for that.
    ///
    /// Whoever took them from the list, or is still starting them, sees to their end.
    private var departing: [ObjectIdentifier: (component: any StoreComponent, waiters: [Waiter])] =
        [:]

    /// What was reported beside the components, the newest of each name.
    private var reported: [(name: String, health: ComponentHealth)] = []

    typealias Waiter = CheckedContinuation<Void, Never>

    var all: [any StoreComponent] { lock.withLock { entries.map(\.component) } }

    /// All, each with its life.
    var living: [(component: any StoreComponent, life: ComponentLife)] {
        lock.withLock { entries.map { ($0.component, $0.life) } }
    }

    var lives: [ComponentLife] { lock.withLock { entries.map(\.life) } }

    private static let reportsMax = 64

    /// What was reported beside the components.
    var reports: [(name: String, health: ComponentHealth)] { lock.withLock { reported } }

    func report(_ health: ComponentHealth, of name: String) {
        lock.withLock {
            reported.removeAll { $0.name == name }
            if reported.count >= ComponentList.reportsMax { reported.removeFirst() }
            if health != .healthy { reported.append((name, health)) }
        }
    }

    /// Takes note of a component that has not ended in time.
    func leaveBehind(_ component: any StoreComponent, after limit: WaitLimit) {
        let awaited = component.whatIsAwaited
        report(
            .failed("has not ended after \(limit.duration) and was left behind: \(awaited)"),
            of: component.name)
    }

    subscript(name: String) -> (any StoreComponent)? {
        lock.withLock { index(of: name).map { entries[$0].component } }
    }

    /// The component of this name, ended or not.
    func component(named name: String) -> (any StoreComponent)? {
        self[name] ?? lock.withLock { ended.first { $0.name == name } }
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

    /// Puts a component into the list, with its life before it, unless one of its name is there.
    func enter(_ component: any StoreComponent, _ life: ComponentLife) throws -> Entrance {
        try lock.withLock {
            if isClosed { throw StoreError(.stopped) }
            guard let index = index(of: component.name) else {
                entries.append(Entry(component: component, life: life))
                return .added
            }
            guard entries[index].isStarted else { return .starting }
            entries[index].uses += 1
            return .started
        }
    }

    /// The component of that one's name; if there is none, that one is it, as started.
    func obtain(
        _ component: any StoreComponent, _ life: ComponentLife
    ) throws -> any StoreComponent {
        try lock.withLock {
            if let index = index(of: component.name) { return entries[index].component }
            if isClosed { throw StoreError(.stopped) }
            entries.append(Entry(component: component, life: life, isStarted: true))
            return component
        }
    }

    /// Returns once the start of the component of this name, if one is under way, has succeeded or failed.
    ///
    /// `lives` are those of the components on whose behalf somebody asks. A start that is the start of one of them, or waits
    /// for that, is not waited for: neither would ever end.
    ///
    /// - Returns: false at once in that case.
    func startHasEnded(_ name: String, for lives: [ComponentLife]) async -> Bool {
        var mayWait = true
        await withCheckedContinuation { continuation in
            let isOver = lock.withLock {
                guard let index = index(of: name), !entries[index].isStarted else { return true }
                mayWait = !waits(entries[index].life, for: lives)
                if mayWait { entries[index].waiters.append((continuation, lives)) }
                return !mayWait
            }
            if isOver { continuation.resume() }
        }
        return mayWait
    }

    /// Whether the start of `life` is the start of one of `others`, or waits for that, be it through further starts.
    private func waits(_ life: ComponentLife, for others: [ComponentLife]) -> Bool {
        var reached = [life]
        var next = 0
        while next < reached.count {
            let waiting = reached[next]
            next += 1
            if others.contains(where: { $0 === waiting }) { return true }
            for entry in entries
            where entry.waiters.contains(where: { $0.lives.contains { $0 === waiting } })
                && !reached.contains(where: { $0 === entry.life })
            {
                reached.append(entry.life)
            }
        }
        return false
    }

    /// The component's start has returned, or it has thrown and the component is none of the store's any more.
    ///
    /// - Returns: whether the component was still in the list; if not, whoever started it has to stop it.
    func didStart(_ component: any StoreComponent, successfully: Bool) -> Bool {
        let waiters = lock.withLock { () -> [Waiter]? in
            guard let index = entries.firstIndex(where: { $0.component === component }) else {
                return nil
            }
            defer {
                entries[index].isStarted = true
                entries[index].waiters = []
                if !successfully { entries.remove(at: index) }
            }
            return entries[index].waiters.map(\.waiter)
        }
        for waiter in waiters ?? [] { waiter.resume() }
        return waiters != nil
    }

    /// Gives a use back.
    ///
    /// - Returns: the component's entry, which has left the list, if that was the last use; the caller stops it.
    func leave(_ name: String) -> Entry? {
        lock.withLock {
            guard let index = index(of: name) else { return nil }
            entries[index].uses -= 1
            guard entries[index].uses == 0 else { return nil }
            let entry = entries.remove(at: index)
            departing[ObjectIdentifier(entry.component)] = (entry.component, [])
            return entry
        }
    }

    /// Empties the list for good: no component comes in any more.
    ///
    /// - Returns: the entries, of which the caller stops those that have started, and the components that somebody
    ///   else is stopping already. Those that are just being started are stopped by whoever starts them.
    func close() -> (entries: [Entry], departing: [any StoreComponent]) {
        let (taken, leaving) = lock.withLock {
            let leaving = departing.values.map(\.component)
            for entry in entries where !entry.isStarted {
                departing[ObjectIdentifier(entry.component)] = (entry.component, [])
            }
            defer { entries = [] }
            if !isClosed { ended = entries.filter(\.isStarted).map(\.component) }
            isClosed = true
            return (entries, leaving)
        }
        for (waiter, _) in taken.flatMap(\.waiters) { waiter.resume() }
        return (taken, leaving)
    }

    /// A component that had left the list has ended.
    func didDepart(_ component: any StoreComponent) {
        let left = lock.withLock { departing.removeValue(forKey: ObjectIdentifier(component)) }
        for waiter in left?.waiters ?? [] { waiter.resume() }
    }

    /// Returns once a component that has left the list has ended.
    func hasDeparted(_ component: any StoreComponent) async {
        await withCheckedContinuation { continuation in
            let isOver = lock.withLock {
                departing[ObjectIdentifier(component)]?.waiters.append(continuation) == nil
            }
            if isOver { continuation.resume() }
        }
    }
}

extension Store {
    /// Adds a component and starts it; it is stopped with the store, before those added earlier.
    ///
    /// A component whose name is taken is not added; if that one is being started, its start is waited for. What a
    /// component does in its own start cannot wait for that start, at first or at second hand: a component that adds itself,
    /// or one whose start waits for its own, goes on at once.
    ///
    /// - Throws: what its start throws; it is then not part of the store. `StoreError` (`stopped`) if the store has
    ///   stopped, or stops while the component starts: it has been stopped again then.
    public func addComponent(_ component: any StoreComponent) async throws {
        _ = try await enter(component)
    }

    /// Adds and starts a component unless one of its name is there.
    ///
    /// - Returns: whether that is a use of it, to be given back one day.
    private func enter(_ component: any StoreComponent) async throws -> Bool {
        if isStopped { throw StoreError(.stopped) }
        let life = ComponentLife(writers)
        while true {
            switch try components.enter(component, life) {
            case .started: return true
            case .starting:
                let lives = StoreContext.current?.values.lives ?? []
                guard await components.startHasEnded(component.name, for: lives) else {
                    return false
                }
            case .added:
                try await start(component, life)
                return true
            }
        }
    }

    /// Starts a component that is in the list.
    ///
    /// A store that stops meanwhile takes it from the list; it is stopped then as soon as it has started.
    private func start(_ component: any StoreComponent, _ life: ComponentLife) async throws {
        do {
            try await StoreContext.with({ $0.enter(life) }) {
                try await component.start(on: self)
            }
        } catch {
            life.end()
            _ = components.didStart(component, successfully: false)
            components.didDepart(component)
            throw error
        }
        guard components.didStart(component, successfully: true) else {
            await end(component, life)
            throw StoreError(.stopped)
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
            for name in entered.reversed() {
                if let entry = components.leave(name) { await end(entry.component, entry.life) }
            }
            throw error
        }
    }

    /// The component of this name, if the store has one.
    ///
    /// A store that stops, or has stopped, goes on giving those that it had: they have ended, or are about to.
    public func component(named name: String) -> (any StoreComponent)? {
        components.component(named: name)
    }

    /// The component of this name; if the store has none, the one that `make` makes is part of it from now on.
    ///
    /// For components that begin with their first use, wherever that is: nothing is awaited, and `start` is not called.
    /// `make` runs in the component's own context, which it may keep to run its work in; what it makes is dropped if
    /// another has been added meanwhile.
    ///
    /// - Throws: `StoreError` (`stopped`).
    public func component(
        named name: String, orAdd make: () -> any StoreComponent
    ) throws -> any StoreComponent {
        if let component = components[name] { return component }
        if isStopped { throw StoreError(.stopped) }
        let life = ComponentLife(writers)
        let component = StoreContext.with({ $0.enter(life) }, make)
        return try components.obtain(component, life)
    }
}
