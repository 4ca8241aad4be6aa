/// Whether a subscriber is shown the result that there is when it comes.
public enum InitialResult: Sendable, Hashable {
    /// It is the first thing that is delivered.
    case deliver
    /// Only what comes after it is delivered.
    case skip
}
