/// The top-level fields that mattered to a reader.
public struct FieldMask: Sendable, Hashable {
    /// The names, told apart by their bytes, or nil if all fields matter.
    private var names: Set<ByteString>?

    /// No field matters, only which records there are.
    public static let none = FieldMask(names: [])

    /// Every field matters, and the metadata.
    public static let all = FieldMask(names: nil)

    private init(names: Set<ByteString>?) { self.names = names }

    /// The fields `names` matter.
    public init(_ names: some Sequence<String>) {
        self.names = Set(names.map(ByteString.init))
    }

    /// Whether every field matters.
    public var isAll: Bool { names == nil }

    /// Whether no field matters, only which records there are.
    public var isNone: Bool { names?.isEmpty ?? false }

    /// Whether `field` matters.
    public func contains(_ field: String) -> Bool { names?.contains(ByteString(field)) ?? true }

    /// Whatever matters to either.
    ///
    /// - Complexity: O(number of names).
    public mutating func formUnion(_ other: FieldMask) {
        guard let others = other.names else {
            names = nil
            return
        }
        names?.formUnion(others)
    }

    /// What matters to a reader of the field that a text stands for.
    static func of(_ field: String) -> FieldMask {
        let first = FieldPath.reading(field).names[0]
        // Metadata is no field of a record's, and every update changes some of it.
        return Layout.isMetadata(first) ? .all : FieldMask([first, field])
    }

    /// What matters to a reader of several fields.
    static func of(_ fields: [String]) -> FieldMask {
        var mask = FieldMask.none
        for field in fields { mask.formUnion(.of(field)) }
        return mask
    }

    /// Adds the field that `operand` begins with.
    mutating func insert(_ operand: FieldOperand, in layout: Layout) {
        switch operand.root {
        case .column(let slot): names?.insert(ByteString(layout.names[slot]))
        case .undeclared(let name): names?.insert(name)
        // Every update changes metadata.
        case .version, .createdAt, .updatedAt, .expiresAt: names = nil
        }
    }

    /// Whether the two images of a record differ in a field that matters, be it only in how a number
    /// is represented: a sum tells that too.
    ///
    /// - Complexity: O(number of names).
    func differ(_ old: Record, _ new: Record) -> Bool {
        guard let names else { return true }
        guard names.count > Fields.linearMax else {
            return names.contains {
                !old.storage.value(named: $0.text).isIdentical(
                    to: new.storage.value(named: $0.text))
            }
        }
        let (one, other) = (old.storage, new.storage)
        let ones = one.extras.map(FieldFinder.init)
        let others = other.extras.map(FieldFinder.init)
        return names.contains {
            !one.value(named: $0.text, ones).isIdentical(to: other.value(named: $0.text, others))
        }
    }
}
