/// Where generated identifiers come from.
///
/// Tests inject one that is predictable.
public protocol IDGenerator: Sendable {
    /// A new identifier, never given before: a UUID as text of 36 characters.
    ///
    /// It is called from any thread: outside of every lock as a rule, but under the writer lock where the body of
    /// `Store.write` or a policy inserts. So it is to be brief, and not to use the store.
    func uuid() -> String
}
