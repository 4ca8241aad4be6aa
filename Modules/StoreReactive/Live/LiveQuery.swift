public import Observation
public import StoreCore

/// The result of a live query as an observable object on the main actor: what a view shows.
///
/// ```swift
/// let open = LiveQuery(store.live(openOrders))
/// ```
///
/// Results are assigned in order, and equal ones are not assigned again: who observes the properties is told once for
/// each change. `settle()` waits until what it waits for has been assigned. The query is watched until `cancel()`, and
/// no longer than somebody holds this object.
@Observable @MainActor public final class LiveQuery<Value: Sendable> {
    private var shown: LiveUpdate<Value>?

    /// Why `value` may be out of date, or nothing comes any more; nil while all is well.
    ///
    /// What the last run has thrown, until one succeeds: `value` stays meanwhile. Or what has ended the query: what its
    /// first run has thrown; ``LiveQueryError``; `StoreError` (`stopped`), where there has been no result before.
    public private(set) var error: (any Error)?

    /// Whether the first result or error is still to come.
    public private(set) var isLoading = true

    @ObservationIgnored private var subscription: ScopedSubscription?

    /// Watches a live query.
    ///
    /// - Parameter live: the query; what is wrong with it is shown as `error`.
    public init(_ live: Live<Value>) {
        do {
            let handler = LiveReceiver<Value>.Handler(
                isolation: MainActor.shared,
                call: { @MainActor [weak self] in self?.show($0) },
                onError: { [weak self] error in
                    MainActor.assumeIsolated { self?.show(error) }
                },
                onEnd: { [weak self] error in
                    MainActor.assumeIsolated { self?.end(error) }
                })
            subscription = try live.join(handler).scoped()
        } catch {
            show(error)
        }
    }

    /// The newest result; nil before the first one.
    public var value: Value? { shown?.value }

    /// The position of the state of which `value` is the result.
    public var position: Position? { shown?.position }

    /// The instant at which deadlines were judged for `value`.
    public var instant: Timestamp? { shown?.instant }

    /// Stops watching: nothing is assigned any more, and what is shown stays.
    public func cancel() {
        subscription = nil
        isNotLoading()
    }

    // MARK: What comes

    private func show(_ update: LiveUpdate<Value>) {
        shown = update
        if error != nil { error = nil }
        isNotLoading()
    }

    private func show(_ error: any Error) {
        self.error = error
        isNotLoading()
    }

    private func end(_ error: (any Error)?) {
        subscription = nil
        if let error {
            show(error)
        } else if isLoading {
            show(StoreError(.stopped))
        }
    }

    private func isNotLoading() {
        // Those who watch it are told of each assignment.
        if isLoading { isLoading = false }
    }
}
