import StoreCore
import Testing

@Suite struct `A subscription` {
    /// What it is made of, and what was asked of that.
    private final class Source: Sendable {
        let journal = Journal()
        private let isOver = Guarded(false)

        var subscription: Subscription {
            Subscription(
                named: "probe", origin: "a probe", isActive: { !self.isOver.withLock { $0 } },
                cancel: {
                    self.isOver.withLock { $0 = true }
                    self.journal.note("cancelled")
                }, isQuiet: { self.journal.note("quiet") })
        }
    }

    @Test func `is active until it is cancelled`() {
        let source = Source()
        let subscription = source.subscription
        #expect(subscription.isActive)
        subscription.cancel()
        #expect(!subscription.isActive)
        #expect(source.journal.lines == ["cancelled"])
    }

    @Test func `waits for its handler after it has ended, where that is asked for`() async {
        let source = Source()
        await source.subscription.cancelAndWait()
        #expect(source.journal.lines == ["cancelled", "quiet"])
    }

    @Test func `lives on when nobody holds it`() {
        let source = Source()
        _ = source.subscription
        #expect(source.journal.lines.isEmpty)
    }

    @Test func `ends with the variable that it is tied to`() {
        let source = Source()
        let subscription = source.subscription
        var scoped: ScopedSubscription? = subscription.scoped()
        #expect(scoped?.subscription === subscription)
        #expect(subscription.isActive)
        scoped = nil
        #expect(!subscription.isActive)
    }

    @Test func `keeps what its module knows it by`() {
        let subscription = Source().subscription
        #expect(subscription.name == "probe")
        #expect(subscription.origin as? String == "a probe")
    }
}
