import Benchmark
import Measuring
import StoreCore
import StoreEvents
import Synchronization

/// One event for each of many who only count.
enum FanOut {
    private static let listeners = 100
    private static let events = 2_000
    private static let deliveries = listeners * events

    /// A counter in memory of its own.
    private final class Counter: Sendable {
        let count = Atomic<Int>(0)
        func add() { count.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Nanoseconds per delivery: inserts, and all handlers' calls.
    static func subscribers(_ driver: EventsDriver) async throws -> Double {
        let counters = (0..<listeners).map { _ in Counter() }
        let subscriptions = counters.map { counter in
            driver.store.on("bucket.record.inserted") { _, _ in counter.add() }
        }
        let start = Stopwatch.now()
        try await driver.insert(0..<events)
        try await driver.store.settle()
        let time = Stopwatch.now() - start
        for subscription in subscriptions { await subscription.cancelAndWait() }
        try await driver.dismiss(0..<events)
        try check(counters)
        return Double(time) / Double(deliveries)
    }

    /// The same with a stream from the standard library for each: inserts, and an event into every stream for each of
    /// them.
    static func streams(_ driver: EventsDriver, _ event: Event) async throws -> Double {
        let counters = (0..<listeners).map { _ in Counter() }
        var continuations: [AsyncStream<Event>.Continuation] = []
        var tasks: [Task<Void, Never>] = []
        for counter in counters {
            let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
            continuations.append(continuation)
            tasks.append(
                Task.detached {
                    for await event in stream {
                        blackHole(event)
                        counter.add()
                    }
                })
        }
        let start = Stopwatch.now()
        for place in 0..<events {
            try await driver.insert(place..<place + 1)
            for continuation in continuations { continuation.yield(event) }
        }
        for continuation in continuations { continuation.finish() }
        for task in tasks { await task.value }
        let time = Stopwatch.now() - start
        try await driver.dismiss(0..<events)
        try check(counters)
        return Double(time) / Double(deliveries)
    }

    private static func check(_ counters: [Counter]) throws {
        let count = counters.reduce(0) { $0 + $1.count.load(ordering: .relaxed) }
        if count != deliveries { throw WrongCount(expected: deliveries, found: count) }
    }

    /// An event to hand out.
    static func event(of driver: EventsDriver) async throws -> Event {
        let sequence = driver.store.events("bucket.record.inserted")
        try await driver.insert(0..<1)
        try await driver.dismiss(0..<1)
        for await event in sequence { return event }
        throw WrongCount(expected: 1, found: 0)
    }
}

/// Something was not delivered, or was delivered twice.
struct WrongCount: Error {
    let expected: Int
    let found: Int
}
