import Measuring
import StoreCore
import StoreEvents

/// What the allocator has handed out more after many commits than before.
enum SlowSubscriber {
    private static let commits = 1_000_000

    /// Behind a subscriber whose handler does not return, and who keeps the newest 10 000 events.
    ///
    /// The bucket stays as large as it is, and the history is full before.
    static func bytes(_ driver: EventsDriver) async throws -> Double {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let before = AllocatorBytes.settled()
        let subscription = driver.store.on(
            "bucket.record.*", buffering: .dropOldest(10_000)
        ) { _, _ in
            for await _ in gate {}
        }
        try await driver.update(0..<commits)
        let after = AllocatorBytes.settled()
        opener.finish()
        await subscription.cancelAndWait()
        return Double(after - before)
    }
}
