/// Where generated identifiers come from.
///
/// Tests inject one that is predictable.
public protocol IDGenerator: Sendable {
    /// A new identifier, never given before: a UUID as text of 36 characters.
    ///
    /// It is called outside of every lock, from any thread.
    func uuid() -> String
}
