/// A text that is no pattern of topics, or one that no topic can match.
public struct TopicPatternError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Reason: Sendable, Hashable {
        /// A segment between two dots, or at an end, is empty.
        case emptySegment
        /// `**` stands before the end.
        case tailInside
        /// A `*` is only a part of its segment.
        case partialWildcard
        /// There is no such topic.
        case matchesNothing
    }

    /// The text.
    public let pattern: String
    /// What is wrong with it.
    public let reason: Reason

    init(_ pattern: String, _ reason: Reason) {
        self.pattern = pattern
        self.reason = reason
    }
}

extension TopicPatternError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String {
        // Not characters: one of them may be of any length.
        let end = pattern.unicodeScalars.prefix(80).endIndex
        let shown = end < pattern.endIndex ? pattern[..<end] + "…" : pattern[...]
        return "\"\(shown)\" is no pattern of topics: \(advice)"
    }

    private var advice: String {
        switch reason {
        case .emptySegment: "there is nothing between two dots; write * for any one segment"
        case .tailInside: "** stands for the rest and comes last; write * for one segment"
        case .partialWildcard: "a * stands for a whole segment"
        case .matchesNothing:
            "topics are bucket.<name>.inserted, .updated and .deleted, and no name has a dot; write * or ** for what is open"
        }
    }
}
