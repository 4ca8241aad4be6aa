import Observation

/// Notes what an observed value was each time before it was replaced.
@MainActor final class Observer<Value> {
    private let read: @MainActor () -> Value
    private(set) var replaced: [Value] = []

    init(_ read: @escaping @MainActor () -> Value) {
        self.read = read
        observe()
    }

    private func observe() {
        _ = withObservationTracking(read) { [weak self] in
            MainActor.assumeIsolated { self?.note() }
        }
    }

    private func note() {
        replaced.append(read())
        observe()
    }
}

extension Observer where Value == Bool {
    /// Waits until a condition holds that depends on observed values alone.
    static func wait(until holds: @MainActor () -> Bool) async {
        while true {
            let changes = AsyncStream<Void>.makeStream()
            if withObservationTracking(holds, onChange: { changes.continuation.yield() }) { return }
            var iterator = changes.stream.makeAsyncIterator()
            await iterator.next()
        }
    }
}
