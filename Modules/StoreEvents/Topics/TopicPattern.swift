/// Which topics a subscriber wants to hear of.
///
/// A topic is `bucket.<name>.<inserted | updated | deleted>`. A pattern names segments, or leaves them open:
///
/// | pattern | matches |
/// |---|---|
/// | `bucket.orders.updated` | updates of orders |
/// | `bucket.orders.*` | everything that happens to orders |
/// | `bucket.*.deleted` | deletions in any bucket |
/// | `**`, `*`, `bucket.**`, `bucket.*` | everything |
///
/// `*` is one segment, `**` at the end is one or more. Names compare byte for byte.
///
/// A pattern that no topic can match is refused, since it can only be a slip.
public struct TopicPattern: Sendable, Hashable {
    /// The pattern as it was written.
    public let text: String
    /// The bucket; nil for any.
    let bucket: String?
    /// What happens there.
    let kinds: EventKinds

    /// Reads a pattern.
    ///
    /// - Throws: `TopicPatternError` if it is none, or one that no topic can match.
    public init(_ text: String) throws(TopicPatternError) {
        self.text = text
        (bucket, kinds) = try TopicPattern.parse(text)
    }

    /// The topics of one bucket.
    public init(bucket name: String, _ kinds: EventKinds = .all) {
        let names = kinds == .all ? ["*"] : kinds.names
        text = "bucket.\(name).\(names.joined(separator: "|"))"
        bucket = name
        self.kinds = kinds
    }

    private static func parse(
        _ text: String
    ) throws(TopicPatternError) -> (bucket: String?, kinds: EventKinds) {
        // By bytes: a name may begin with a mark that is one character together with the dot before it.
        var segments = text.utf8
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .map(Substring.init)
        if text == "*" { segments = ["**"] }
        if text == "bucket.*" { segments = ["bucket", "**"] }
        for (index, segment) in segments.enumerated() {
            if segment.isEmpty { throw TopicPatternError(text, .emptySegment) }
            if segment == "*" { continue }
            if segment == "**" {
                if index < segments.count - 1 { throw TopicPatternError(text, .tailInside) }
            } else if segment.utf8.contains(UInt8(ascii: "*")) {
                throw TopicPatternError(text, .partialWildcard)
            }
        }
        let hasTail = segments.last == "**"
        if hasTail { segments.removeLast() }
        guard hasTail ? segments.count < 3 : segments.count == 3 else {
            throw TopicPatternError(text, .matchesNothing)
        }
        if let root = segments.first, root != "*", !root.utf8.elementsEqual("bucket".utf8) {
            throw TopicPatternError(text, .matchesNothing)
        }
        let name = segments.count > 1 && segments[1] != "*" ? String(segments[1]) : nil
        guard segments.count > 2, segments[2] != "*" else { return (name, .all) }
        guard let kind = EventKinds(name: segments[2]) else {
            throw TopicPatternError(text, .matchesNothing)
        }
        return (name, kind)
    }

    /// Whether a topic of this bucket and kind is meant.
    func matches(bucket name: String, _ kind: EventKinds) -> Bool {
        guard kinds.contains(kind) else { return false }
        return bucket.map { $0.utf8.elementsEqual(name.utf8) } ?? true
    }
}

extension TopicPattern {
    /// Whether both are written alike, byte for byte.
    public static func == (one: TopicPattern, other: TopicPattern) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    /// Feeds the bytes of the pattern to `hasher`.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension TopicPattern: ExpressibleByStringLiteral {
    /// A pattern that is part of the program.
    ///
    /// - Precondition: it is a pattern that a topic can match; use `init(_:)` for what comes from elsewhere.
    public init(stringLiteral text: String) {
        do {
            try self.init(text)
        } catch {
            preconditionFailure(error.description)
        }
    }
}

extension TopicPattern: CustomStringConvertible {
    /// The pattern as it was written.
    public var description: String { text }
}
