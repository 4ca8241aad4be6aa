import Measuring
import StoreCore
import StoreEvents

extension EventsStage {
    /// Many subscribers to one topic, beside as many streams of the standard library.
    func registerFanOut() {
        Measurement(
            "events.fanout100", .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let driver = try await store(.subscribed)
                    return try await WriterThread.run { try await FanOut.subscribers(driver) }
                },
                Contestant("streams") { [self] _ in
                    let driver = try await store(.plain)
                    let event = try await FanOut.event(of: store(.subscribed))
                    return try await WriterThread.run { try await FanOut.streams(driver, event) }
                },
            ]
        ).register()
    }

    /// Commits that wait to be taken, and those of the past, beside as many that are read from the history.
    func registerCommits() {
        register("events.commits", Backlog.sequence)
        register("events.feed", Backlog.feed)
    }

    private func register(_ name: String, _ drain: @escaping (EventsDriver) async throws -> Double)
    {
        Measurement(
            name, .nanoseconds, size,
            [
                Contestant("store") { [self] _ in try await drain(store(.remembering)) },
                Contestant("history") { [self] _ in
                    try await Backlog.history(store(.remembering))
                },
            ]
        ).register()
    }

    /// What waits for a subscriber that does nothing.
    func registerSlowSubscriber() {
        Measurement(
            "events.slow1m", .bytes, size, warmUps: 0,
            [
                Contestant("store", roundsMax: 3) { [self] _ in
                    try await SlowSubscriber.bytes(store(.subscribed))
                }
            ]
        ).register()
    }

    /// How long a handler keeps the main actor from everything else, beside the same without a handler.
    func registerMainActorGap() {
        Measurement(
            "events.mainActorGap", .nanoseconds, size, warmUps: 0,
            [
                Contestant("store", roundsMax: 3) { _ in
                    try await MainActorGap.longest(withHandler: true)
                },
                Contestant("quiet", roundsMax: 3) { _ in
                    try await MainActorGap.longest(withHandler: false)
                },
            ]
        ).register()
    }
}
