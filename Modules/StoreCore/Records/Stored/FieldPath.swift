/// The way to a value inside a record: a field, and for objects the names below it.
///
/// A text is split at its dots: `"address.city"` is the city inside the address, unless a column has
/// this name: then it is that column. A field whose own name has a dot, and which no column declares, is
/// meant by ``init(exact:)``.
public struct FieldPath: Sendable, Hashable {
    /// The names from the record inwards; never empty.
    public let names: [String]

    /// Makes a path of a text, split at its dots.
    public init(_ path: String) {
        let steps = path.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        names = steps.count == 1 ? [path] : steps.map { String(Substring($0)) }
    }

    /// Makes a path of names that are taken as they are.
    public init(_ first: String, _ second: String, _ rest: String...) {
        names = [first, second] + rest
    }

    /// Makes a path to one field whose name is taken as it is, dots included.
    public init(exact name: String) { names = [name] }

    /// Makes a path of names that are taken as they are; nil if there are none.
    init?(names: [String]) {
        if names.isEmpty { return nil }
        self.names = names
    }

    /// Whether both paths have the same names, byte for byte.
    public static func == (a: FieldPath, b: FieldPath) -> Bool {
        a.names.count == b.names.count && zip(a.names, b.names).allSatisfy(bytesEqual)
    }

    /// Feeds the names to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(names.count)
        for name in names { bytesHash(name, into: &hasher) }
    }
}

extension FieldPath {
    /// The path that a text stands for; most have no dots.
    static func reading(_ text: String) -> FieldPath {
        isDotted(text) ? FieldPath(text) : FieldPath(exact: text)
    }

    /// Whether a text is a path of several names, if it is no name of its own.
    @inline(__always)
    static func isDotted(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: ".")) }
}

extension FieldPath: ExpressibleByStringLiteral {
    /// Makes a path of a text, split at its dots.
    public init(stringLiteral value: String) { self.init(value) }
}

extension FieldPath: CustomStringConvertible {
    /// The names joined by dots.
    public var description: String { names.joined(separator: ".") }
}
