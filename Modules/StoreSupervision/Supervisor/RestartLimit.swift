/// How many restarts a supervisor puts up with, in how long a time.
///
/// A group that is restarted together counts as one restart. Restarts that somebody asked for do not count.
public struct RestartLimit: Sendable, Hashable {
    /// The restarts within the window that are still put up with; one more ends the supervisor.
    public let count: Int
    /// The time in which restarts are counted; one that is exactly as old as the window still counts.
    public let window: Duration

    /// - Parameters:
    ///   - count: 3 by default; a number below 0 counts as 0.
    ///   - window: 5 seconds by default; a negative one counts as none.
    public init(_ count: Int = 3, within window: Duration = .seconds(5)) {
        self.count = max(0, count)
        self.window = max(.zero, window)
    }

    /// 3 restarts within 5 seconds.
    public static let standard = RestartLimit()
}
