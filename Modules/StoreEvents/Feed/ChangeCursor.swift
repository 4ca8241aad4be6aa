public import StoreCore

/// A place in one store's history of commits, to go on from later.
///
/// It survives the program: write it down with whatever the commits through it have led to. It names the store and the
/// incarnation too, so that a store that is another one, or has lost what was seen, says so instead of going on at a
/// place that is not the same.
public struct ChangeCursor: Sendable, Hashable, Codable {
    /// `StoreIdentity.id` of the store.
    public let store: String
    /// `StoreIdentity.incarnation` of the store when the commit was seen.
    public let incarnation: Int
    /// The last commit that was seen.
    public let position: Position

    /// Puts a cursor together by hand.
    public init(store: String, incarnation: Int, position: Position) {
        self.store = store
        self.incarnation = incarnation
        self.position = position
    }

    init(_ identity: StoreIdentity, _ position: Position) {
        self.init(store: identity.id, incarnation: identity.incarnation, position: position)
    }

    /// Why this cursor leads nowhere in a history that has come to `position`; nil if it leads somewhere.
    func fault(in identity: StoreIdentity, at position: Position) -> StoreError? {
        guard store.utf8.elementsEqual(identity.id.utf8) else {
            return StoreError(.anotherStore("The cursor"))
        }
        guard identity.contains(self.position, in: incarnation), self.position <= position else {
            return StoreError(.positionDiverged(self.position))
        }
        return nil
    }
}

extension Store {
    /// The newest commit, as a place to go on from.
    public var cursor: ChangeCursor { ChangeCursor(identity, position) }
}
