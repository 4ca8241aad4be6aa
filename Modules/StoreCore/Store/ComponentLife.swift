import Synchronization

/// One component's part in a store, from the call of its `start` to the return of its `stop`.
///
/// Carried by the tasks that the component starts in between: that is how its own writes are told from others' while
/// the store stops.
final class ComponentLife: Sendable {
    private let writers: WriterQueue
    private let hasEnded = Atomic<Bool>(false)

    init(_ writers: WriterQueue) { self.writers = writers }

    var isOver: Bool { hasEnded.load(ordering: .acquiring) }

    /// Whether the component is one of the store whose writers these are, and lives.
    func isIn(_ writers: WriterQueue) -> Bool { self.writers === writers && !isOver }

    func end() { hasEnded.store(true, ordering: .releasing) }
}

extension Store {
    /// Stops a component that has left the list.
    ///
    /// In a task that has inherited nothing but an exclusive turn: neither what its caller is forbidden nor that the
    /// caller was cancelled may keep the component from what it has to write yet.
    func end(_ component: any StoreComponent, _ life: ComponentLife) async {
        var values = StoreContext.Values()
        values.turns = StoreContext.current?.values.turns ?? []
        values.lives = [life]
        let context = StoreContext(values)
        _ = await waitLimit.isKept {
            await StoreContext.$local.withValue(context) { await component.stop() }
        } late: { [components, waitLimit] in
            components.leaveBehind(component, after: waitLimit)
        }
        life.end()
        components.didDepart(component)
    }
}
