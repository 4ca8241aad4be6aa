import StoreCore

/// What can tell two results apart that are equal: 1 and 1.0 are.
private protocol Identified {
    func isIdentical(to other: Self) -> Bool
}

extension Value: Identified {}
extension Fields: Identified {}
extension Record: Identified {}
extension Group: Identified {}

extension Double: Identified {
    fileprivate func isIdentical(to other: Double) -> Bool { bitPattern == other.bitPattern }
}

extension Optional: Identified where Wrapped: Identified {
    fileprivate func isIdentical(to other: Wrapped?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let one?, let other?): one.isIdentical(to: other)
        default: false
        }
    }
}

extension Array: Identified where Element: Identified {
    fileprivate func isIdentical(to other: [Element]) -> Bool {
        elementsEqual(other) { $0.isIdentical(to: $1) }
    }
}

extension LiveList: Identified where Element: Identified {
    fileprivate func isIdentical(to other: LiveList) -> Bool {
        elementsEqual(other) { $0.isIdentical(to: $1) }
    }
}

/// Whether the second of two results shows nothing that the first one has not shown.
///
/// What is made of a store's values is the same if nothing tells them apart; anything else if it is equal.
@Sendable
func isSameResult<Result: Equatable>(_ one: Result, _ other: Result) -> Bool {
    func isIdentical<Known: Identified>(_ one: Known) -> Bool {
        (other as? Known).map { one.isIdentical(to: $0) } ?? false
    }
    if let one = one as? any Identified { return isIdentical(one) }
    return one == other
}
