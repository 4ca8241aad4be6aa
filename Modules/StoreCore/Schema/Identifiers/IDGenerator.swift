/// Where generated identifiers come from.
///
/// Tests inject one that is predictable.
public protocol IDGenerator: Sendable {
    /// A new identifier, never given before: a UUID as text of 36 characters.
    ///
    /// It is called from any thread: outside of every lock as a rule, but under the writer lock where the body of
    /// `Store.write` or a policy inserts. So it is to be brief, and not to use the store.
    func uuid() -> String

    /// A new UUID of version 7, as text of 36 characters: the milliseconds since 1970, then what tells
    /// it from all others of that time.
    ///
    /// Called as ``uuid()`` is. One generator's are to ascend, even where the clock does not. A generator
    /// that does not say otherwise takes those of ``RandomIDGenerator/shared``.
    ///
    /// - Parameter now: the time of the insertion.
    /// - Returns: the text.
    func uuid7(at now: Timestamp) -> String

    /// A new text of 24 characters, never given before: a lower-case letter, then lower-case letters
    /// and digits.
    ///
    /// Called as ``uuid()`` is. A generator that does not say otherwise takes those of
    /// ``RandomIDGenerator/shared``.
    func cuid2() -> String
}

extension IDGenerator {
    /// A UUID of version 7 from the shared random generator.
    public func uuid7(at now: Timestamp) -> String { RandomIDGenerator.shared.uuid7(at: now) }

    /// A random text of 24 characters from the shared random generator.
    public func cuid2() -> String { RandomIDGenerator.shared.cuid2() }
}
