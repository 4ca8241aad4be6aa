import StoreCore

/// A set of kinds of events.
public struct EventKinds: OptionSet, Sendable, Hashable {
    /// One bit for each kind.
    public let rawValue: UInt8

    /// Takes one bit for each kind; others mean nothing.
    public init(rawValue: UInt8) { self.rawValue = rawValue & 7 }

    /// A record is there that was not before.
    public static let inserted = EventKinds(rawValue: 1)
    /// A record has changed.
    public static let updated = EventKinds(rawValue: 2)
    /// A record is gone, for whatever reason.
    public static let deleted = EventKinds(rawValue: 4)
    /// Whatever happens.
    public static let all: EventKinds = [.inserted, .updated, .deleted]

    init(_ kind: Change.Kind) {
        switch kind {
        case .inserted: self = .inserted
        case .updated: self = .updated
        case .deleted: self = .deleted
        }
    }

    /// The kind that a topic's last segment names.
    init?(name: some StringProtocol) {
        guard let kind = Change.Kind(rawValue: String(name)) else { return nil }
        self.init(kind)
    }

    /// The kinds as topics name them.
    var names: [String] {
        let kinds: [Change.Kind] = [.inserted, .updated, .deleted]
        return kinds.filter { contains(EventKinds($0)) }.map(\.rawValue)
    }

    /// Whether the record before may matter to who wants these.
    var needOldImages: Bool { !isDisjoint(with: [.updated, .deleted]) }
}
