public import StoreCore

extension StoreOption {
    /// Decides how a store treats its subscribers.
    ///
    /// Without it, the defaults hold from the first subscription on.
    ///
    /// - Parameters:
    ///   - handlerLimit: how long `settle()` waits for one handler, on the store's clock, before it throws
    ///     `SubscriptionError` (`handlerHangs`); `health` reports such a handler too.
    ///   - stopLimit: how long the store's stop lets handlers work on what is before them; those that go on are
    ///     cancelled then, and not waited for.
    ///   - deadLetters: how many dead letters are kept; older ones give way.
    /// - Returns: the option.
    public static func events(
        handlerLimit: Duration = .seconds(30), stopLimit: Duration = .seconds(5),
        deadLetters: Int = 1_000
    ) -> StoreOption {
        StoreOption { configuration in
            configuration.add(
                EventHub(
                    EventHub.Settings(
                        handlerLimit: handlerLimit, stopLimit: stopLimit,
                        deadLettersMax: deadLetters)))
        }
    }
}
