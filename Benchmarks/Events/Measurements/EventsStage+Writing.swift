import Measuring
import StoreCore
import StoreEvents

extension EventsStage {
    /// What subscribers add to a write.
    func registerOverhead() {
        for (suffix, clock) in [("", PairedRound.Clock.wall), (".cpu", .own)] {
            let name = "events.subscriberOverhead"
            register(name + suffix, .insert, clock, .subscribed, "bucket.record.inserted")
            register(name + ".update" + suffix, .update, clock, .subscribed, "bucket.record.*")
        }
        register("events.unrelated10k", .insert, .own, .crowded, nil)
    }

    /// Beside what a subscriber adds stands the write without one, of the same round.
    private func register(
        _ name: String, _ write: PairedRound.Write, _ clock: PairedRound.Clock, _ role: Role,
        _ pattern: TopicPattern?
    ) {
        var latest: PairedRound?
        Measurement(
            name, .nanoseconds, size,
            [
                Contestant("store") { [self] _ in
                    let (plain, subscribed) = (try await store(.plain), try await store(role))
                    let round = try await WriterThread.run {
                        let subscription = pattern.map { subscribed.store.on($0) { _, _ in } }
                        let round = try await PairedRound.run(
                            write, clock, plain: plain, subscribed: subscribed)
                        await subscription?.cancelAndWait()
                        return round
                    }
                    latest = round
                    return round.added
                },
                Contestant("plain") { _ in latest?.plain ?? .nan },
            ]
        ).register()
    }
}
